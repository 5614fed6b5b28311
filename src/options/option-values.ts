/** Parsers for option values; commander turns what they throw into a usage error (exit code 2). */
import { InvalidArgumentError } from "commander";

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** The same, or the word `none`. */
export function numberOrNone(min: number, max: number): (text: string) => number | "none" {
  const parse = wholeNumber(min, max);
  return (text) => (text === "none" ? text : parse(text));
}

/** One of some numbers. */
export function oneOf(allowed: readonly number[]): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && allowed.includes(value)) return value;
    throw new InvalidArgumentError(`It must be one of ${allowed.join(", ")}.`);
  };
}

/** An ARN of the form that `example` shows. */
export function arn(pattern: RegExp, example: string): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text;
    throw new InvalidArgumentError(`It must be an ARN such as ${example}.`);
  };
}

/** For options that may be given several times. */
export function repeated(text: string, previous: string[] = []): string[] {
  return [...previous, text];
}
