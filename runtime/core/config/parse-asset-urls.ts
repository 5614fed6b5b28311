import { ConfigError } from "./config-error.ts";
import type { AssetUrl } from "./config-types.ts";
import { Reader } from "./reader.ts";

/** `extra_css_urls` and `extra_js_urls`: URLs, or objects with `url`, `sri` and `module`. */
export function parseAssetUrls(
  reader: Reader,
  key: "extra_css_urls" | "extra_js_urls",
  baseUrl: string,
): AssetUrl[] {
  const assets = new Map<string, AssetUrl>();
  reader.list(key).forEach((item, index) => {
    const path = `${reader.at(key)}[${index}]`;
    const asset = parseAssetUrl(path, item);
    const url = asset.url.startsWith("/") ? baseUrl + asset.url.slice(1) : asset.url;
    if (!assets.has(url)) assets.set(url, { ...asset, url });
  });
  return [...assets.values()];
}

function parseAssetUrl(path: string, item: unknown): AssetUrl {
  if (typeof item === "string") return { url: item, integrity: null, module: false };
  const reader = new Reader(path, item);
  reader.allowOnly(["url", "sri", "module"]);
  const url = reader.string("url");
  if (url === null) throw new ConfigError(reader.at("url"), "missing");
  return { url, integrity: reader.string("sri"), module: reader.boolean("module") ?? false };
}
