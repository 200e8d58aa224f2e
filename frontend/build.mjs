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

const licences = ["leaflet", "fflate", "flatbush", "flatqueue", "geographiclib-geodesic"].map((name) => {
  const about = JSON.parse(readFileSync(join("node_modules", name, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.txt"].find((one) => existsSync(join("node_modules", name, one)));
  return `${about.name} ${about.version}\n\n${readFileSync(join("node_modules", name, file), "utf8")}`;
});
writeFileSync(join(out, "THIRD-PARTY-LICENCES.txt"), licences.join("\n----\n\n"));
