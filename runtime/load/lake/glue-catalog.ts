/**
 * The lake's tables in AWS Glue, whose catalog Athena and others read. Days need no partitions there:
 * Athena works out where they are (partition projection,
 * https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html).
 */
import { asArray, asObject, asString } from "../../core/format/check.ts";
import { type JsonService, ServiceError } from "../../core/store/json-service.ts";
import type { DataType } from "../events/data-type.ts";
import type { Catalog } from "./lake.ts";
import { tableFolder } from "./lake-keys.ts";
import { DAY, encodeSchema, type LakeColumn, type LakeSchema } from "./lake-schema.ts";

const TYPES: Record<DataType, string> = {
  bigint: "bigint",
  double: "double",
  bool: "boolean",
  text: "string",
  json: "string",
  timestamp: "timestamp",
};
/** Another loader changed the same table at the same time. */
const OVERTAKEN = ["AlreadyExistsException", "ConcurrentModificationException"];
const ATTEMPTS = 5;

interface GlueColumn {
  Name: string;
  Type: string;
}

/** As Glue gives it; what is not named here is kept. */
type GlueTable = Record<string, unknown> & { StorageDescriptor: { Columns: GlueColumn[] } };

export class GlueCatalog implements Catalog {
  readonly #glue: JsonService;
  readonly #database: string;
  readonly #bucket: string;
  /** What the catalog has been brought to here. */
  #shown = "";

  constructor(glue: JsonService, database: string, bucket: string) {
    this.#glue = glue;
    this.#database = database;
    this.#bucket = bucket;
  }

  async show(schema: LakeSchema): Promise<void> {
    const wanted = encodeSchema(schema);
    if (wanted === this.#shown) return;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#bringTo(schema);
        this.#shown = wanted;
        return;
      } catch (error) {
        const isOvertaken = error instanceof ServiceError && OVERTAKEN.includes(error.code);
        if (!isOvertaken || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async #bringTo({ since, tables }: LakeSchema): Promise<void> {
    const there = await this.#tables();
    for (const [name, columns] of tables) {
      const before = there.get(name);
      if (before === undefined) {
        await this.#call("CreateTable", { TableInput: this.#newTable(name, columns, since) });
        continue;
      }
      const known = new Set(before.StorageDescriptor.Columns.map(({ Name }) => Name));
      const added = columns.filter((column) => !known.has(column.name)).map(glueColumn);
      if (added.length > 0) await this.#call("UpdateTable", changed(before, added));
    }
  }

  async #tables(): Promise<Map<string, GlueTable>> {
    const found = new Map<string, GlueTable>();
    let NextToken: unknown;
    do {
      const page = await this.#call("GetTables", NextToken === undefined ? {} : { NextToken });
      for (const table of asArray(page.TableList, "TableList", asObject)) {
        found.set(asString(table.Name, "Name"), table as GlueTable);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return found;
  }

  #call(operation: string, input: object): Promise<Record<string, unknown>> {
    return this.#glue.call(operation, { DatabaseName: this.#database, ...input });
  }

  #newTable(table: string, columns: readonly LakeColumn[], since: string) {
    const location = `s3://${this.#bucket}/${tableFolder(table)}`;
    return {
      Name: table,
      TableType: "EXTERNAL_TABLE",
      PartitionKeys: [{ Name: DAY, Type: "date" }],
      Parameters: {
        EXTERNAL: "TRUE",
        classification: "parquet",
        "projection.enabled": "true",
        [`projection.${DAY}.type`]: "date",
        [`projection.${DAY}.format`]: "yyyy-MM-dd",
        [`projection.${DAY}.range`]: `${since},NOW`,
        "storage.location.template": `${location}${DAY}=\${${DAY}}/`,
      },
      StorageDescriptor: {
        Columns: columns.map(glueColumn),
        Location: location,
        InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        SerdeInfo: {
          SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        },
      },
    };
  }
}

/** What UpdateTable takes of a table; what somebody else has set stays. */
function changed(table: GlueTable, added: GlueColumn[]) {
  const { Name, Description, Owner, Retention, PartitionKeys, TableType, Parameters } = table;
  const { StorageDescriptor, VersionId } = table;
  const Columns = [...StorageDescriptor.Columns, ...added];
  return {
    // Nobody else may have changed it since it was read.
    VersionId,
    TableInput: {
      Name,
      Description,
      Owner,
      Retention,
      PartitionKeys,
      TableType,
      Parameters,
      StorageDescriptor: { ...StorageDescriptor, Columns },
    },
  };
}

function glueColumn({ name, type }: LakeColumn): GlueColumn {
  return { Name: name, Type: TYPES[type] };
}
