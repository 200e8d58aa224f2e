// What the page itself says, in Chinese and English.

export const WORDS = {
  noData: ["无数据", "no data"], views: ["专题", "Views"], status: ["状态", "Status"], parcelFigures: ["地块指标", "Parcel figures"], carrierFigures: ["载体指标", "Carrier indicators"],
  legend: ["图例", "Legend"], layers: ["图层", "Layers"], parcels: ["地块", "parcels"], carriers: ["载体", "carriers"], names: ["载体名称", "carrier names"], graticule: ["经纬网", "graticule"],
  filter: ["筛选", "Filter"], clear: ["清除筛选", "clear filters"], shown: ["显示", "shown"], of: ["/", "of"], mu: ["亩", "mu"], plots: ["宗", "parcels"], targets: ["评价", "Targets"], behind: ["依据明细", "rows behind it"], notes: ["说明", "Notes"],
  search: ["查找宗地代码、载体、项目、企业", "find a parcel, carrier, project, firm"], panel: ["面板", "panel"], close: ["关闭", "close"], found: ["没有找到", "nothing found"],
  rectangle: ["框选", "Rectangle"], polygon: ["多边形选", "Polygon"], length: ["测距", "Length"], area: ["测面积", "Area"], compare: ["两期对比", "Two periods"], print: ["打印", "Print"], link: ["复制链接", "Copy link"],
  home: ["全图", "Whole map"], selection: ["所选地块", "Selection"], export: ["导出 CSV", "Export CSV"], drop: ["取消选择", "Drop"], byCarrier: ["按载体", "By carrier"], copied: ["链接已复制", "link copied"],
  selectHint: ["按住拖动画框；按地块内点是否在框内计", "drag a box; parcels count by a point inside them"], polygonHint: ["逐点单击，双击结束；Esc 取消", "click corners, double-click ends, Esc cancels"],
  measureHint: ["逐点单击，双击结束；椭球面量算", "click points, double-click ends; measured on the ellipsoid"], years: ["供应年份", "Supply years"], allYears: ["全部年份", "all years"], until: ["截至", "until"],
  range: ["取值范围", "Range"], carrier: ["载体", "Carrier"], perimeter: ["周长", "perimeter"], basemap: ["底图", "Basemap"], none: ["无", "none"], key: ["请输入您的天地图密钥", "your Tianditu key"],
  use: ["使用", "use"], offline: ["底图不可用，数据照常显示", "no basemap here; the data show as before"], more: ["更多", "more"], all: ["全部", "all"], unsupported: ["此浏览器太旧，无法显示地图。请用较新的 Chrome、Edge 或 Firefox。", "This browser is too old for the map. Use a recent Chrome, Edge or Firefox."],
  unserved: ["此页需由网页服务器提供（例如在其文件夹内运行 python -m http.server），或其数据文件不在原处。", "This page must come from a web server (for instance python -m http.server in its folder), or its data files are not beside it."],
  broken: ["地图数据不完整，无法显示。请重新取得文件。", "The map's data are incomplete. Get the file again."], district: ["全区", "district"], share: ["占比", "share"], pieces: ["载体内面积", "In carriers"], outside: ["载体外", "outside"], play: ["播放", "play"],
  keys: ["方向键平移，+ − 缩放，/ 查找，0 全图，Esc 取消", "arrows pan, + − zoom, / find, 0 whole map, Esc cancels"], scoresStay: ["筛选中：只列出所示地块所在的载体；目标值始终按全部数据计算", "Filtered: carriers of the shown parcels only; targets are always of all data"],
  help: ["操作提示", "Keys"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;
