import { clock } from "../../core/clock.ts";
import { HttpError } from "../../site/errors.ts";
import { type HttpEvent, patienceOf } from "./http-event.ts";

/** What Lambda hands over beside the event: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export interface LambdaContext {
  getRemainingTimeInMillis?: () => number;
}

/** For what comes after a long answer was made: it is put into the bucket. Milliseconds. */
const SPARE_MS = 3000;

/**
 * To be called between the steps of a long answer: it ends in a sentence before the function, or who
 * waits for it, ends it without one.
 */
export function timeLeft(event: HttpEvent, context: LambdaContext): () => void {
  const given = Math.min(patienceOf(event), context.getRemainingTimeInMillis?.() ?? Infinity);
  const end = clock() + given - SPARE_MS;
  return () => {
    if (clock() < end) return;
    throw new HttpError(
      503,
      `This takes longer than the ${Math.round(given / 1000)} seconds that an answer may take here. Ask for less.`,
      { title: "Too much for one answer" },
    );
  };
}
