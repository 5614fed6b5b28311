import { ConfigError } from "./config-error.ts";
import { describe, type Reader } from "./reader.ts";

/** What a site looks like, beside its style sheets: the keys `accent_color` and `logo_url` of its metadata. */
export interface Look {
  /** `#` and six hex digits, in lower case; null for our own. */
  accentColor: string | null;
  /** A path of the site, with `base_url`, or an absolute URL; null for none. */
  logoUrl: string | null;
}

/** @throws ConfigError for a colour or an address that is none */
export function parseLook(metadata: Reader, baseUrl: string): Look {
  const color = metadata.string("accent_color");
  if (color !== null && !/^#(?:[\da-f]{3}|[\da-f]{6})$/i.test(color)) {
    throw new ConfigError(
      metadata.at("accent_color"),
      `expected a colour such as "#8a1c4b", got ${describe(color)}`,
    );
  }
  const logo = metadata.string("logo_url");
  if (logo !== null && !/^(?:\/(?!\/)|https?:\/\/)/.test(logo)) {
    throw new ConfigError(
      metadata.at("logo_url"),
      `expected a path such as "/assets/logo.svg" or a URL, got ${describe(logo)}`,
      "Files of your own are served with --static MOUNT:DIR.",
    );
  }
  return {
    accentColor: color === null ? null : sixDigits(color.toLowerCase()),
    logoUrl: logo?.startsWith("/") ? baseUrl + logo.slice(1) : logo,
  };
}

function sixDigits(color: string): string {
  return color.length === 7 ? color : color.replace(/[\da-f]/g, "$&$&");
}
