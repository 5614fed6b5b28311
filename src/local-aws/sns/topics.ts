/** Topics and who wants to hear of them. Nothing is sent: a subscription by e-mail stays unconfirmed. */
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";

export interface Topic {
  arn: string;
  displayName: string;
  tags: Record<string, string>;
  subscriptions: { arn: string; protocol: string; endpoint: string }[];
}

export class Topics {
  readonly #path: string;
  readonly #accountId: string;
  #topics: Topic[];

  constructor(home: string, accountId: string) {
    this.#path = join(home, "sns", "topics.json");
    this.#accountId = accountId;
    this.#topics = readJson<Topic[]>(this.#path) ?? [];
  }

  put(region: string, name: string, settings: Pick<Topic, "displayName" | "tags">): Topic {
    if (!/^[\w-]{1,256}$/.test(name)) {
      throw new AwsFault("InvalidParameter", "Invalid parameter: Topic Name");
    }
    const arn = `arn:aws:sns:${region}:${this.#accountId}:${name}`;
    const existing = this.#topics.find((topic) => topic.arn === arn);
    const topic: Topic = { subscriptions: [], ...existing, ...settings, arn };
    this.#topics = [...this.#topics.filter((each) => each !== existing), topic];
    this.#save();
    return topic;
  }

  /** Throws NotFound, or InvalidParameter for an address that is none. */
  subscribe(topicArn: string, protocol: string, endpoint: string, token: string): string {
    const topic = this.#topics.find(({ arn }) => arn === topicArn);
    if (topic === undefined) throw new AwsFault("NotFound", "Topic does not exist", 404);
    if (protocol === "email" && !/^[^@\s]+@[^@\s]+$/.test(endpoint)) {
      throw new AwsFault("InvalidParameter", "Invalid parameter: Email address");
    }
    const arn = `${topicArn}:${token.slice(0, 12)}`;
    const others = topic.subscriptions.filter((each) => each.arn !== arn);
    topic.subscriptions = [...others, { arn, protocol, endpoint }];
    this.#save();
    return arn;
  }

  unsubscribe(arn: string): void {
    for (const topic of this.#topics) {
      topic.subscriptions = topic.subscriptions.filter((each) => each.arn !== arn);
    }
    this.#save();
  }

  delete(topicArn: string): void {
    this.#topics = this.#topics.filter(({ arn }) => arn !== topicArn);
    this.#save();
  }

  #save(): void {
    writeJson(this.#path, this.#topics);
  }
}
