/** Certificates that a site needs no more. */
import type { AwsClients } from "../aws/clients.ts";
import { awsErrorCode } from "../aws/errors.ts";
import { certificatesOfSites, deleteCertificate } from "./certificates.ts";

/** Where they may be: for the API itself, and for CloudFront. */
function regionsOf(region: string): string[] {
  return [...new Set([region, "us-east-1"])];
}

/**
 * Deletes those that dsl asked for, but one; resolves with the ARNs of those that went and of those that are
 * still used. `isCertain`: the site has domains; else nobody may look at ACM, and there is nothing to say then.
 */
export async function removeCertificates(
  clients: AwsClients,
  site: string,
  region: string,
  kept: string | null,
  isCertain: boolean,
): Promise<{ deleted: string[]; used: string[] }> {
  const deleted: string[] = [];
  const used: string[] = [];
  try {
    for (const place of regionsOf(region)) {
      for (const certificate of await certificatesOfSites(clients, place)) {
        if (certificate.site !== site || certificate.arn === kept) continue;
        const isGone = await deleteCertificate(clients, certificate);
        (isGone ? deleted : used).push(certificate.arn);
      }
    }
  } catch (error) {
    if (isCertain || !/AccessDenied/.test(awsErrorCode(error))) throw error;
  }
  return { deleted, used };
}
