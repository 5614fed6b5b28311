/** STS: who am I. Everyone is the root user of the one account. */
import { randomUUID } from "node:crypto";
import { AwsFault, type LocalService } from "./common/service.ts";
import { xmlDocument } from "./common/xml.ts";

export function createStsService(accountId: string): LocalService {
  return {
    signingName: "sts",
    protocol: "query",
    handle: async (request) => {
      const form = new URLSearchParams(request.body.toString());
      const action = form.get("Action");
      if (action !== "GetCallerIdentity") {
        throw new AwsFault("InvalidAction", `The local STS does not implement ${action}.`);
      }
      return {
        status: 200,
        headers: { "content-type": "text/xml" },
        body: xmlDocument(
          "GetCallerIdentityResponse",
          {
            GetCallerIdentityResult: {
              Arn: `arn:aws:iam::${accountId}:root`,
              UserId: accountId,
              Account: accountId,
            },
            ResponseMetadata: { RequestId: randomUUID() },
          },
          "https://sts.amazonaws.com/doc/2011-06-15/",
        ),
      };
    },
  };
}
