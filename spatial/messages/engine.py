"""Findings of the partitioned engine and of very large runs."""

from spatial.messages import Message

MESSAGES = (
    Message("engine.wrong_file", "error", "--engine dask 按区读取 GeoPackage 与 GeoParquet 格式的地块；其他格式整层读入，最多 {value_used} 宗，本层 {count} 宗",
            "--engine dask reads parcels in partitions from GeoPackage and GeoParquet; another format is read whole, up to {value_used} parcels, and this layer has {count}",
            "请转换为 GeoPackage，或调高 engine.large，或用 --engine local", "convert the layer to GeoPackage, raise engine.large, or use --engine local"),
    Message("engine.no_dissolve", "error", "--engine dask 不能合并同编号图斑(join.duplicate_keys = \"dissolve\")", "--engine dask cannot dissolve features of one id (join.duplicate_keys = \"dissolve\")",
            "请先在数据中合并，或用 --engine local", "dissolve them in the data, or use --engine local"),
    Message("output.no_map_file", "info", "地块共 {count} 宗，超过 {value_used} 宗：不写单文件地图 map.html，地块以 parcels.parquet 提供", "{count} parcels are more than {value_used}: no single-file map.html is written; the parcels are in parcels.parquet",
            "需要地图时用 spatial map RUN --tiles 生成瓦片，或调高 engine.large", "make tiles with spatial map RUN --tiles, or raise engine.large"),
    Message("output.no_parcel_sheet", "info", "地块共 {count} 宗，超过 {value_used} 宗：工作簿不列全部地块", "{count} parcels are more than {value_used}: the workbook does not list all parcels",
            "逐宗数据见 parcels.parquet", "single parcels are in parcels.parquet"),
    Message("output.zone_tables_only", "info", "地块共 {count} 宗，超过 {value_used} 宗：工作簿只含分区表，不列地块", "{count} parcels are more than {value_used}: the workbook holds zone tables and no parcels",
            "逐宗数据见 parcels.parquet", "single parcels are in parcels.parquet"),
    Message("output.parquet_only", "info", "地块共 {count} 宗，超过 {value_used} 宗：地块只写 parcels.parquet，不写 layers.gpkg、report.docx 与 trail.zip", "{count} parcels are more than {value_used}: they are written to parcels.parquet alone, not to layers.gpkg, report.docx and trail.zip",
            "", ""),
)
