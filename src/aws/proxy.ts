/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name (or their lower-case forms), as curl and
 * the AWS CLI read them; the work is Node's own (https://nodejs.org/api/http.html#built-in-proxy-support).
 */
import http from "node:http";
import https from "node:https";
import { DslError } from "../../runtime/core/dsl-error.ts";

type Environment = Record<string, string | undefined>;

/**
 * Never reached through a proxy, because nobody else can reach them: this machine, and the addresses
 * where EC2, ECS and EKS hand out credentials.
 */
const ALWAYS_DIRECT = [
  "localhost",
  "127.0.0.1",
  "[::1]",
  "169.254.169.254",
  "[fd00:ec2::254]",
  "169.254.170.2",
  "169.254.170.23",
  "[fd00:ec2::23]",
];
const VARIABLES = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];
/** As the SDK's own agents. */
const MAX_SOCKETS = 50;

/**
 * Makes `fetch` and everything else that uses Node's global agents go through the proxy. Throws a
 * DslError for a proxy that is no URL, and where this Node has no support for proxies.
 */
export function useProxy(env: Environment = process.env): () => void {
  const proxy = proxyOf(env);
  if (proxy === null) return () => {};
  if (http.setGlobalProxyFromEnv === undefined) {
    throw new DslError(
      "proxy_unsupported",
      `${proxy.variable} is set, and this Node (${process.versions.node}) cannot use proxies`,
      `a newer Node: npm install node@24, then npx dsl …; or unset ${proxy.variable}`,
    );
  }
  return http.setGlobalProxyFromEnv(withDirectHosts(env));
}

/** Agents for clients that bring their own; null without a proxy. */
export function proxyAgents(env: Environment = process.env) {
  if (proxyOf(env) === null) return null;
  const options = { keepAlive: true, maxSockets: MAX_SOCKETS, proxyEnv: withDirectHosts(env) };
  return { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) };
}

/** The variable that is set and its value without a password; null when there is no proxy. */
export function proxyOf(env: Environment = process.env): { variable: string; url: string } | null {
  const variable = VARIABLES.find((name) => env[name]);
  if (variable === undefined) return null;
  const text = env[variable]!;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new DslError(
      "invalid_proxy",
      `${variable} is "${text}", which is no http:// or https:// URL`,
      `${variable}=http://proxy.example.com:3128`,
    );
  }
  return { variable, url: `${url.protocol}//${url.host}` };
}

/** Node reads the lower-case form first. */
function withDirectHosts(env: Environment): Environment {
  const listed = env.no_proxy || env.NO_PROXY;
  return { ...env, no_proxy: listed === "*" ? "*" : [listed, ...ALWAYS_DIRECT].join(",") };
}
