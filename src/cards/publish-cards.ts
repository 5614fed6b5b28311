/** Draws cards and puts them where the site reads them: before the manifest that names them. */
import { eachConcurrently } from "../../runtime/core/concurrency.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { cardIds, cardKey } from "../../runtime/core/format/manifest.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import type { Published } from "../../runtime/publisher/facts.ts";
import type { DrawableCard } from "./site-cards.ts";

const CONCURRENCY = 8;

/** A card as a file of the bucket, or of the function's package. */
export interface DrawnCard {
  /** `cardKey` of its id. */
  key: string;
  png: Uint8Array;
}

/** Throws a DslError. */
export async function drawCards(cards: readonly DrawableCard[]): Promise<DrawnCard[]> {
  const drawn = new Map<string, DrawnCard>();
  for (const card of cards) {
    const key = cardKey(card.id);
    if (!drawn.has(key)) drawn.set(key, { key, png: await draw(card) });
  }
  return [...drawn.values()];
}

/**
 * Draws and stores those that the bucket does not have for its current version; what is there besides
 * may be about to be removed. Throws a DslError.
 */
export async function publishCards(
  store: ObjectStore,
  cards: readonly DrawableCard[],
  published: Published | null,
): Promise<void> {
  const current = new Set(published === null ? [] : cardIds(published.manifest).map(cardKey));
  const listed = current.size === 0 ? [] : await store.list("cards/");
  const stored = new Set(listed.map(({ key }) => key));
  const missing = cards.filter(({ id }) => {
    const key = cardKey(id);
    return !current.has(key) || !stored.has(key);
  });
  await eachConcurrently(await drawCards(missing), CONCURRENCY, async ({ key, png }) => {
    await store.put(key, png, "image/png");
  });
}

async function draw({ of, svg }: DrawableCard): Promise<Uint8Array> {
  try {
    const { drawCard } = await import("./draw-card.ts");
    return await drawCard(svg);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DslError(
      "card_not_drawn",
      `The card that networks show with links to ${of} cannot be drawn: ${why}`,
      "npm install, in case a part of dsl is missing; else another title and description in the metadata",
      { cause: error },
    );
  }
}
