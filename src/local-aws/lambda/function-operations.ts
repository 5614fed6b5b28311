import { AwsFault, type LocalRequest, type LocalResponse } from "../common/service.ts";
import type { LambdaFunction } from "./functions.ts";
import { json, type LambdaParts, type Operation } from "./operation.ts";

export const functionOperations: Record<string, Operation> = {
  ListFunctions: (_route, { region, query }, { functions }) => {
    requireFirstPage(query);
    return json(200, { Functions: functions.list(region).map(configuration) });
  },

  GetFunction: ({ parameters }, { region }, { functions }) => {
    const found = functions.get(region, parameters.function ?? "");
    return json(200, {
      Configuration: configuration(found),
      Code: { RepositoryType: "S3" },
      Tags: found.tags,
    });
  },

  GetFunctionConfiguration: ({ parameters }, { region }, { functions }) =>
    json(200, configuration(functions.get(region, parameters.function ?? ""))),

  GetPolicy: ({ parameters }, { region }, { functions }) => {
    const found = functions.get(region, parameters.function ?? "");
    if (found.permissions.length === 0) {
      throw new AwsFault(
        "ResourceNotFoundException",
        "The resource you requested does not exist.",
        404,
      );
    }
    return json(200, { Policy: JSON.stringify(policy(found)), RevisionId: found.revisionId });
  },

  Invoke: invoke,
};

async function invoke(
  { parameters }: { parameters: Record<string, string> },
  { region, headers, body }: LocalRequest,
  { functions, invoker }: LambdaParts,
): Promise<LocalResponse> {
  const target = functions.get(region, parameters.function ?? "");
  const type = headers["x-amz-invocation-type"] ?? "RequestResponse";
  if (type === "DryRun") return { status: 204, headers: {}, body: "" };
  if (type !== "RequestResponse") {
    throw new AwsFault(
      "InvalidParameterValueException",
      `The local AWS does not support the invocation type ${type}.`,
    );
  }
  const event = body.length === 0 ? "{}" : body.toString();
  requireJson(event);
  const { functionError, logTail, body: answer } = await invoker.invoke(target, event);
  const wantsLog = headers["x-amz-log-type"] === "Tail";
  return {
    status: 200,
    headers: {
      "content-type": "application/json",
      "x-amz-executed-version": "$LATEST",
      ...(functionError !== undefined && { "x-amz-function-error": functionError }),
      ...(wantsLog && { "x-amz-log-result": Buffer.from(logTail).toString("base64") }),
    },
    body: answer,
  };
}

function requireJson(event: string): void {
  try {
    JSON.parse(event);
  } catch (error) {
    throw new AwsFault(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

/** Everything fits on the first page here, so there is no other. */
function requireFirstPage(query: URLSearchParams): void {
  if (query.has("Marker")) {
    throw new AwsFault("InvalidParameterValueException", "Marker is not valid.");
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
function configuration(found: LambdaFunction): Record<string, unknown> {
  return {
    FunctionName: found.name,
    FunctionArn: found.arn,
    Runtime: found.runtime,
    Role: found.roleArn,
    Handler: found.handler,
    CodeSize: found.code.size,
    CodeSha256: Buffer.from(found.code.sha256, "hex").toString("base64"),
    Description: found.description,
    Timeout: found.timeout,
    MemorySize: found.memorySize,
    LastModified: found.modifiedAt,
    Version: "$LATEST",
    TracingConfig: { Mode: "PassThrough" },
    RevisionId: found.revisionId,
    Layers: found.layers.map(({ arn, code }) => ({ Arn: arn, CodeSize: code.size })),
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    Architectures: [found.architecture],
    EphemeralStorage: { Size: found.ephemeralStorage },
    LoggingConfig: { LogFormat: found.logFormat ?? "Text", LogGroup: found.logGroup },
    ...(found.vpc && {
      VpcConfig: { SubnetIds: found.vpc.subnetIds, SecurityGroupIds: found.vpc.securityGroupIds },
    }),
    ...(Object.keys(found.environment).length > 0 && {
      Environment: { Variables: found.environment },
    }),
  };
}

function policy({ arn, permissions }: LambdaFunction) {
  return {
    Version: "2012-10-17",
    Id: "default",
    Statement: permissions.map(({ id, action, principal, sourceArn }) => ({
      Sid: id,
      Effect: "Allow",
      Principal: { Service: principal },
      Action: action,
      Resource: arn,
      ...(sourceArn !== undefined && {
        Condition: { ArnLike: { "AWS:SourceArn": sourceArn } },
      }),
    })),
  };
}
