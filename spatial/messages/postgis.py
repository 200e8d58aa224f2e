"""Findings about layers that come from a PostGIS database."""

from spatial.messages import Message

MESSAGES = (
    Message("postgis.no_driver", "error", "读取数据库需要 psycopg，未安装", "psycopg is needed to read a database and is not installed", "请安装：pip install 'spatial-landuse[postgis]'",
            "install it: pip install 'spatial-landuse[postgis]'"),
    Message("postgis.connect", "error", "连不上数据库 {path}：{reason}", "cannot connect to {path}: {reason}", "请检查地址、用户和网络", "check the address, the user and the network"),
    Message("postgis.which", "error", "{path} 需要写明 table 或 query 其中之一", "{path} needs either table or query", "请在研究文件该图层下写 table = \"模式.表\" 或 query = \"select ...\"",
            "write table = \"schema.table\" or query = \"select ...\" under the layer"),
    Message("postgis.query", "error", "{path} 的查询失败：{reason}", "the query on {path} failed: {reason}", "请改正 table 或 query；连接是只读的", "correct the table or the query; the connection is read-only"),
    Message("postgis.several_geometries", "error", "{path} 有多个图形列：{value_seen}", "{path} has several geometry columns: {value_seen}", "请用 query 只选其中之一", "select one of them with query"),
    Message("postgis.several_srids", "error", "{path} 的图形坐标系不一致：{value_seen}", "{path} mixes reference systems: {value_seen}", "请用 query 统一坐标系", "bring them to one system with query"),
)
