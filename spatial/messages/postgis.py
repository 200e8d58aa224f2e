"""Findings about layers that come from a PostGIS database."""

from spatial.messages import Message

MESSAGES = (
    Message("postgis.no_driver", "error", "读取数据库需要 psycopg，未安装", "psycopg is needed to read a database and is not installed", "请安装：pip install 'spatial-landuse[postgis]'",
            "install it: pip install 'spatial-landuse[postgis]'"),
    Message("postgis.connect", "error", "连不上数据库 {path}：{reason}", "cannot connect to {path}: {reason}", "请检查地址、用户和网络", "check the address, the user and the network"),
    Message("postgis.which", "error", "{path} 需要写明 table 或 query 其中之一", "{path} needs either table or query", "请在研究文件该图层下写 table = \"模式.表\" 或 query = \"select ...\"",
            "write table = \"schema.table\" or query = \"select ...\" under the layer"),
    Message("postgis.query", "error", "{path} 的查询失败：{reason}", "the query on {path} failed: {reason}", "请改正 table 或 query；连接是只读的", "correct the table or the query; the connection is read-only"),
    Message("postgis.write", "error", "结果未能写入 {path} 的模式 {layer}：{reason}；库中原有的表未改动", "the results could not be written to schema {layer} of {path}: {reason}; its tables are unchanged",
            "请检查权限，或有无依赖这些表的视图", "check the rights, and whether views hang on these tables"),
    Message("postgis.not_ours", "error", "模式 {layer} 中的 {value_seen} 不是本工具写的，不会覆盖", "{value_seen} in schema {layer} was not written by this tool and is not overwritten",
            "请在 output.schema 写另一个模式，或将这些表改名", "name another schema in output.schema, or rename these tables"),
    Message("postgis.holds_inputs", "error", "模式 {layer} 的 {value_seen} 是本研究的输入，不能作为输出", "{value_seen} of schema {layer} is an input of this study and cannot be its output",
            "请在 output.schema 写另一个模式", "name another schema in output.schema"),
    Message("postgis.in_use", "error", "另一次运行正在写模式 {layer}", "another run is writing to schema {layer}", "请等它结束", "wait until it ends"),
    Message("postgis.no_extension", "error", "{path} 未安装 PostGIS 扩展", "{path} lacks the PostGIS extension", "请由管理员执行 CREATE EXTENSION postgis", "have its administrator run CREATE EXTENSION postgis"),
    Message("postgis.no_srid", "error", "数据库不认识工作坐标系 {value_seen}", "the database does not know the working CRS {value_seen}", "请在 study.working_crs 写 EPSG 代码", "state an EPSG code in study.working_crs"),
    Message("postgis.long_name", "error", "{count} 个列名超过 63 字节，数据库会截断：{value_seen}", "{count} column names are longer than 63 bytes, which the database would cut: {value_seen}",
            "请缩短影像或属性图层的名称", "shorten the names of the imagery or attribute layers"),
    Message("postgis.several_geometries", "error", "{path} 有多个图形列：{value_seen}", "{path} has several geometry columns: {value_seen}", "请用 query 只选其中之一", "select one of them with query"),
    Message("postgis.several_srids", "error", "{path} 的图形坐标系不一致：{value_seen}", "{path} mixes reference systems: {value_seen}", "请用 query 统一坐标系", "bring them to one system with query"),
)
