/** What is wrong and what to do, one function per kind of error; names as in the services' references. */
import type { AwsCall } from "./calls.ts";
import { explainDenial } from "./denied.ts";
import { proxyOf } from "./proxy.ts";

/** The parts of an SDK error that explanations look at. */
export interface Fault {
  /** Error code of the service, or Node's code for network errors. */
  code: string;
  message: string;
  /** HTTP status; 0 without an answer. */
  status: number;
  call: AwsCall;
}

export interface Explanation {
  code: string;
  message: string;
  hint: string;
}

/** Asked in this order; the first that knows the error explains it. */
export const EXPLANATIONS: ((fault: Fault) => Explanation | null)[] = [
  noRegion,
  noCredentials,
  expiredCredentials,
  wrongClock,
  refusedCredentials,
  wrongRegion,
  regionNotEnabled,
  denied,
  noBucket,
  quota,
  throttled,
  untrusted,
  unreachable,
  serverFault,
  other,
];

function noRegion({ message }: Fault): Explanation | null {
  if (!/^Region is missing/.test(message)) return null;
  return {
    code: "no_region",
    message: "No AWS region is configured",
    hint: "give one (--region eu-central-1), set AWS_REGION, or add --local to try without an AWS account",
  };
}

function noCredentials({ code, message, call }: Fault): Explanation | null {
  const codes = ["CredentialsProviderError", "TokenProviderError", "ProviderError"];
  if (!codes.includes(code) || /expired/i.test(message)) return null;
  if (call.profile !== null) {
    return {
      code: "no_credentials",
      message: `No AWS credentials were found for profile "${call.profile}"`,
      hint: `aws configure list-profiles shows the profiles there are; aws configure --profile ${call.profile} makes this one`,
    };
  }
  return {
    code: "no_credentials",
    message: "No AWS credentials were found",
    hint: "run aws configure, give --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; add --local to try without an AWS account",
  };
}

function expiredCredentials({ code, message, call }: Fault): Explanation | null {
  const codes = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"];
  const expiredSession = /ProviderError$/.test(code) && /expired/i.test(message);
  if (!codes.includes(code) && !expiredSession) return null;
  const profile = call.profile === null ? "" : ` --profile ${call.profile}`;
  return {
    code: "expired_credentials",
    message: `The AWS session ${call.profile === null ? "" : `of profile "${call.profile}" `}has expired`,
    hint: `sign in again (aws sso login${profile}) or renew the credentials in the environment`,
  };
}

function wrongClock({ code, message }: Fault): Explanation | null {
  const skewed = ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"].includes(code);
  if (!skewed && !/^Signature (expired|not yet current)/.test(message)) return null;
  return {
    code: "wrong_clock",
    message: `AWS refuses the request because this machine's clock (${new Date().toISOString()}) is wrong`,
    hint: "set the clock, for example with timedatectl set-ntp true",
  };
}

function refusedCredentials({ code, call }: Fault): Explanation | null {
  const codes = [
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "AuthFailure",
    "InvalidToken",
  ];
  if (!codes.includes(code)) return null;
  const whose = call.profile === null ? "" : ` of profile "${call.profile}"`;
  return {
    code: "refused_credentials",
    message: `AWS does not accept the credentials${whose} (${code})`,
    hint: "check the access key, the secret and the session token; aws sts get-caller-identity tests them",
  };
}

function wrongRegion({ code, message, call }: Fault): Explanation | null {
  const codes = [
    "PermanentRedirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "301",
  ];
  if (!codes.includes(code)) return null;
  const expected = /expecting '([a-z0-9-]+)'/.exec(message)?.[1];
  return {
    code: "wrong_region",
    message: `${resourceOf(call)} is not in region ${call.region}`,
    hint:
      expected === undefined
        ? "give the region it is in with --region"
        : `give its region: --region ${expected}`,
  };
}

/** Regions since 2019 are off until the account turns them on; their endpoints know no tokens of it. */
function regionNotEnabled({ code, message, call }: Fault): Explanation | null {
  const isOff = code === "OptInRequired" || /region .* (is )?not enabled|opt-?in/i.test(message);
  if (!isOff) return null;
  return {
    code: "region_not_enabled",
    message: `The account has not turned on region ${call.region}, or AWS ${call.service} in it`,
    hint: "turn it on in the console (Account, AWS Regions), or give another --region",
  };
}

function denied({ code, message, status, call }: Fault): Explanation | null {
  const codes = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Forbidden"];
  return codes.includes(code) || status === 403 ? explainDenial(message, call) : null;
}

function noBucket({ code, call }: Fault): Explanation | null {
  if (code !== "NoSuchBucket") return null;
  return {
    code: "no_bucket",
    message: `There is no bucket ${"Bucket" in call.input ? call.input.Bucket : "of that name"}`,
    hint: "check its name, and the region and endpoint that are asked (--region, AWS_ENDPOINT_URL); aws s3 ls lists yours",
  };
}

/** Names as in the references of CloudFormation, Lambda, S3 and Logs; the message says which limit it is. */
function quota({ code, message, call }: Fault): Explanation | null {
  const codes = [
    "LimitExceeded",
    "LimitExceededException",
    "ServiceQuotaExceededException",
    "TooManyBuckets",
    "CodeStorageExceededException",
    "ResourceLimitExceeded",
  ];
  if (!codes.includes(code)) return null;
  return {
    code: "quota_reached",
    message: `A quota of AWS ${call.service} is reached: ${message.trim().replace(/\.$/, "") || code}`,
    hint: "delete what is no longer needed, or raise the quota in the Service Quotas console, then run the same command again",
  };
}

function throttled({ code, status, call }: Fault): Explanation | null {
  const codes = ["Throttling", "ThrottlingException", "TooManyRequestsException", "SlowDown"];
  if (!codes.includes(code) && status !== 429) return null;
  return {
    code: "throttled",
    message: `AWS ${call.service} answers ${call.operation} only with "too many requests" (${code})`,
    hint: "wait a minute and run the same command again; what was uploaded is kept",
  };
}

/** OpenSSL's reasons as Node spells them; seen where a proxy reads along. */
function untrusted({ code, message, call }: Fault): Explanation | null {
  if (!/CERT|UNABLE_TO_VERIFY|SELF_SIGNED/.test(code)) return null;
  return {
    code: "untrusted_certificate",
    message: `The certificate of AWS ${call.service} is not trusted here: ${message}`,
    hint: "when a proxy of your network reads along, set NODE_EXTRA_CA_CERTS to the file with its certificate",
  };
}

function unreachable({ code, message, call }: Fault): Explanation | null {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    const host = message.split(" ").at(-1);
    return {
      code: "unreachable",
      message: `The host ${host} of AWS ${call.service} cannot be found`,
      hint: `check the network and the region (${call.region})`,
    };
  }
  const codes = [
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "EPIPE",
    "ERR_PROXY_TUNNEL",
  ];
  if (!codes.includes(code) && code !== "TimeoutError") return null;
  return {
    code: "unreachable",
    message: `AWS ${call.service} cannot be reached: ${code === "TimeoutError" ? "it does not answer" : message || code}`,
    hint: whatToCheck(),
  };
}

function whatToCheck(): string {
  const proxy = proxyOf();
  if (proxy !== null) {
    return `check the proxy that ${proxy.variable} names (${proxy.url}); NO_PROXY lists hosts that need none`;
  }
  const endpoint = process.env.AWS_ENDPOINT_URL;
  return endpoint === undefined
    ? "check the network, then run the same command again"
    : `check that something listens at AWS_ENDPOINT_URL (${endpoint})`;
}

function serverFault({ code, status, call }: Fault): Explanation | null {
  if (status < 500) return null;
  return {
    code: "aws_fault",
    message: `AWS ${call.service} fails at ${call.operation} with ${status} ${code}, also when tried again`,
    hint: "run the same command again later; what was uploaded is kept",
  };
}

function other({ code, message, status, call }: Fault): Explanation | null {
  if (status === 0) return null;
  return {
    code: "aws_refused",
    message: `AWS ${call.service} refuses ${call.operation}: ${message.trim() || code}`,
    hint: "DSL_DEBUG=1 shows the whole answer",
  };
}

/** What a request was about, as far as its input says. */
function resourceOf({ input }: AwsCall): string {
  if ("Bucket" in input) return `Bucket ${input.Bucket}`;
  if ("StackName" in input) return `Stack ${input.StackName}`;
  return "What was asked for";
}
