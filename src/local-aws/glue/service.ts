/** Glue's Data Catalog over AWS JSON 1.1: tables of databases that stacks have made. */
import { z } from "zod";
import { parseJsonBody, validatedOperations } from "../common/json-operations.ts";
import { AwsFault, type LocalService, type Permits } from "../common/service.ts";
import type { LocalContext } from "../context/context.ts";
import type { Catalog } from "./catalog.ts";

const PAGE = 100;

/** Lower case, as in Glue. */
const name = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^A-Z\n\r]+$/);
const columns = z
  .array(z.strictObject({ Name: name, Type: z.string(), Comment: z.string().optional() }))
  .refine(
    (all) => new Set(all.map(({ Name }) => Name)).size === all.length,
    "a column is there twice",
  );

const tableInput = z
  .strictObject({
    Name: name,
    Description: z.string().optional(),
    Owner: z.string().optional(),
    Retention: z.int().optional(),
    TableType: z.literal("EXTERNAL_TABLE"),
    PartitionKeys: columns,
    Parameters: z.record(z.string(), z.string()),
    StorageDescriptor: z.strictObject({
      Columns: columns,
      Location: z.string().startsWith("s3://"),
      InputFormat: z.string(),
      OutputFormat: z.string(),
      SerdeInfo: z.strictObject({ SerializationLibrary: z.string() }),
    }),
  })
  .refine(
    ({ PartitionKeys, StorageDescriptor }) =>
      !PartitionKeys.some((key) => StorageDescriptor.Columns.some(({ Name }) => Name === key.Name)),
    "a partition key is a column, too",
  );

export function createGlueService(
  context: LocalContext,
  catalog: Catalog,
  permits: Permits,
): LocalService {
  return {
    signingName: "glue",
    protocol: "json",
    handle: async ({ headers, body, region, accessKeyId }) => {
      const operation = headers["x-amz-target"]?.replace(/^AWSGlue\./, "") ?? "";
      const require = (resource: string) => {
        const arn = `arn:aws:glue:${region}:${context.accountId}:${resource}`;
        if (permits(accessKeyId, `glue:${operation}`, arn)) return;
        throw new AwsFault("AccessDeniedException", `Not authorized to perform: glue:${operation}`);
      };
      const handler = OPERATIONS[operation];
      if (handler === undefined) {
        const message = `The local Glue does not implement ${operation}.`;
        throw new AwsFault("UnknownOperationException", message);
      }
      const output = handler(parseJsonBody(body.toString()), { catalog, region, require });
      return {
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.1" },
        body: JSON.stringify(output),
      };
    },
  };
}

interface Desk {
  catalog: Catalog;
  region: string;
  /** Throws when the caller may not do this to the resource. */
  require(resource: string): void;
}

type Handler = (input: unknown, desk: Desk) => object;

const operation = validatedOperations<Desk>("InvalidInputException");

const OPERATIONS: Record<string, Handler> = {
  GetTables: operation(
    z.strictObject({
      DatabaseName: name,
      NextToken: z.string().optional(),
      MaxResults: z.int().min(1).max(PAGE).default(PAGE),
    }),
    ({ DatabaseName, NextToken = "0", MaxResults }, desk) => {
      permitted(desk, DatabaseName, "*");
      const all = desk.catalog.tables(desk.region, DatabaseName);
      const start = Number(NextToken);
      const end = start + MaxResults;
      const TableList = all.slice(start, end).map(({ input, version, created, updated }) => ({
        ...input,
        DatabaseName,
        CreateTime: created,
        UpdateTime: updated,
        VersionId: String(version),
      }));
      return { TableList, ...(end < all.length && { NextToken: String(end) }) };
    },
  ),

  CreateTable: operation(
    z.strictObject({ DatabaseName: name, TableInput: tableInput }),
    ({ DatabaseName, TableInput }, desk) => {
      permitted(desk, DatabaseName, TableInput.Name);
      desk.catalog.createTable(desk.region, DatabaseName, TableInput);
      return {};
    },
  ),

  UpdateTable: operation(
    z.strictObject({
      DatabaseName: name,
      TableInput: tableInput,
      VersionId: z.string().optional(),
    }),
    ({ DatabaseName, TableInput, VersionId }, desk) => {
      permitted(desk, DatabaseName, TableInput.Name);
      desk.catalog.updateTable(desk.region, DatabaseName, TableInput, VersionId);
      return {};
    },
  ),

  DeleteTable: operation(
    z.strictObject({ DatabaseName: name, Name: name }),
    ({ DatabaseName, Name }, desk) => {
      permitted(desk, DatabaseName, Name);
      desk.catalog.deleteTable(desk.region, DatabaseName, Name);
      return {};
    },
  ),
};

/** Whoever may do something to a table needs to be allowed it for what it is in, too. */
function permitted({ require }: Desk, database: string, table: string): void {
  for (const resource of ["catalog", `database/${database}`, `table/${database}/${table}`]) {
    require(resource);
  }
}
