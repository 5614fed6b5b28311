/** Which services the local AWS has. To add one: write its `create…Service` and name it here. */
import type { LocalContext } from "./context.ts";
import { createLogsService } from "./logs/service.ts";
import { createS3Service } from "./s3/s3.ts";
import type { S3Store } from "./s3/store.ts";
import type { LocalService } from "./service.ts";
import { createStsService } from "./sts.ts";

export function createServices(context: LocalContext, store: S3Store): LocalService[] {
  return [
    createS3Service(store, context.accountId),
    createStsService(context.accountId),
    createLogsService(context),
  ];
}
