// Bundles the client into one script and one style sheet, images inside; the folder to write in is the only argument.
import { build } from "esbuild";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const out = process.argv[2] ?? "../spatial/render/assets";
mkdirSync(out, { recursive: true });

const js = await build({
  entryPoints: ["src/main.ts"], bundle: true, minify: true, format: "iife", target: "es2019", charset: "utf8", write: false, legalComments: "none",
  loader: { ".png": "dataurl" },
});
const css = await build({
  entryPoints: ["src/style.css"], bundle: true, minify: true, target: "es2019", charset: "utf8", write: false, legalComments: "none",
  loader: { ".png": "dataurl" },
});

// The text passes through template engines that compile it again: nothing in it may look like a template, or end a script.
const inert = (text) => text.replaceAll("</script", "<\\/script").replaceAll("{{", "{ {").replaceAll("}}", "} }");
const script = inert(js.outputFiles[0].text);
const style = inert(css.outputFiles[0].text);
for (const text of [script, style]) {
  for (const mark of ["{{", "{%", "{#"]) if (text.includes(mark)) throw new Error(`the bundle holds a template mark: ${mark}`);
}
writeFileSync(join(out, "spatial-map.js"), script);
writeFileSync(join(out, "spatial-map.css"), style);

// pmtiles names BSD-3-Clause in its package and brings no text of it
const HOLDERS = { pmtiles: "2021 Protomaps LLC" };
const BSD = `BSD 3-Clause License

Copyright HOLDER

Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met:
1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the documentation and/or other materials provided with the distribution.
3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
`;
const licences = ["leaflet", "fflate", "flatbush", "flatqueue", "geographiclib-geodesic", "@mapbox/vector-tile", "@mapbox/point-geometry", "pbf", "pmtiles"].map((name) => {
  const about = JSON.parse(readFileSync(join("node_modules", name, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.txt"].find((one) => existsSync(join("node_modules", name, one)));
  return `${about.name} ${about.version}\n\n${file ? readFileSync(join("node_modules", name, file), "utf8") : BSD.replace("HOLDER", HOLDERS[name])}`;
});
writeFileSync(join(out, "THIRD-PARTY-LICENCES.txt"), licences.join("\n----\n\n"));
