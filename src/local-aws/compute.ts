/** What stacks are made of and what runs them: roles, layers, functions, HTTP APIs. */
import { createCloudFormationService } from "./cloudformation/service.ts";
import type { LocalContext } from "./context.ts";
import { Apis } from "./http-api/apis.ts";
import { Gateway } from "./http-api/gateway.ts";
import { createHttpApiService } from "./http-api/service.ts";
import type { Roles } from "./iam/roles.ts";
import { CodeStore } from "./lambda/code.ts";
import { Functions } from "./lambda/functions.ts";
import { Invoker } from "./lambda/invoker.ts";
import { Layers } from "./lambda/layers.ts";
import { createLambdaService } from "./lambda/service.ts";
import type { LocalService } from "./service.ts";

/** CloudFormation, and the services whose resources it makes. */
export function createComputeServices(context: LocalContext, roles: Roles): LocalService[] {
  const codes = new CodeStore(context.home);
  const layers = new Layers(context, codes);
  const functions = new Functions(context, roles, layers, codes);
  const invoker = new Invoker(context, functions, codes, roles);
  const apis = new Apis(context.home);
  const gateway = new Gateway(context, apis, functions, invoker);
  codes.keepOnly([...layers.usedCode(), ...functions.usedCode()]);
  return [
    createLambdaService({ accountId: context.accountId, functions, layers, invoker }),
    createHttpApiService(apis, gateway),
    createCloudFormationService({ context, roles, layers, functions, apis }),
  ];
}
