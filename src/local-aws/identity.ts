/** Who and where the local AWS is: known to the server and to those who only talk to it. */

export const REGION = "us-east-1";
export const ACCOUNT_ID = "000000000000";
/** The access key of the account's owner; its secret is another one with each start. */
export const ACCESS_KEY_ID = "local";
/** Where it listens when nothing is said and the port is free. */
export const DEFAULT_PORT = 4590;
/** Exit code of a server process that found its folder served by another one. */
export const EXIT_IN_USE = 75;
