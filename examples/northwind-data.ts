/** The vocabulary from which `build-northwind.ts` makes its shop. All of it is invented. */

/** [name, latitude, longitude, country] */
export const CITIES: [string, number, number, string][] = [
  ["Reykjavík", 64.15, -21.94, "Iceland"],
  ["Akureyri", 65.68, -18.09, "Iceland"],
  ["Tromsø", 69.65, 18.96, "Norway"],
  ["Bergen", 60.39, 5.32, "Norway"],
  ["Oslo", 59.91, 10.75, "Norway"],
  ["Göteborg", 57.71, 11.97, "Sweden"],
  ["Luleå", 65.58, 22.15, "Sweden"],
  ["Turku", 60.45, 22.27, "Finland"],
  ["Oulu", 65.01, 25.47, "Finland"],
  ["Århus", 56.16, 10.2, "Denmark"],
  ["Lübeck", 53.87, 10.69, "Germany"],
  ["Köln", 50.94, 6.96, "Germany"],
  ["München", 48.14, 11.58, "Germany"],
  ["Gdańsk", 54.35, 18.65, "Poland"],
  ["Kraków", 50.06, 19.94, "Poland"],
  ["Tallinn", 59.44, 24.75, "Estonia"],
  ["Rotterdam", 51.92, 4.48, "Netherlands"],
  ["Antwerpen", 51.22, 4.4, "Belgium"],
  ["Lyon", 45.76, 4.84, "France"],
  ["Nantes", 47.22, -1.55, "France"],
  ["Porto", 41.15, -8.61, "Portugal"],
  ["Sevilla", 37.39, -5.98, "Spain"],
  ["Genova", 44.41, 8.93, "Italy"],
  ["Galway", 53.27, -9.06, "Ireland"],
  ["Leith", 55.98, -3.17, "United Kingdom"],
  ["Halifax", 44.65, -63.57, "Canada"],
  ["Portland", 45.52, -122.68, "United States"],
  ["Santos", -23.96, -46.33, "Brazil"],
  ["Valparaíso", -33.05, -71.62, "Chile"],
  ["Otaru", 43.19, 140.99, "Japan"],
];

export const FAMILY_NAMES =
  "Aalto Berg Castellanos Dahl Eriksen Fischer Gallego Haugen Ibsen Jansen Kowalski Lindqvist Moreau Nieminen Oliveira Petrov Quist Rossi Sørensen Tamm Ueda Vermeer Wójcik Xavier Yılmaz Zieliński O'Brien MacLeod".split(
    " ",
  );

export const GIVEN_NAMES =
  "Astrid Bjørn Clara Dag Elin Finn Greta Håkon Ingrid Jonas Kaisa Lars Maja Nils Olga Per Ragnhild Sven Tuva Ulf Vera Wim Yrsa Zoë".split(
    " ",
  );

/** Category → [description, kinds of products, lowest price, highest price]. */
export const CATEGORIES: [string, string, string[], number, number][] = [
  [
    "Coffee & Tea",
    "Beans, leaves and what to brew them with",
    ["Espresso Beans", "Filter Roast", "Black Tea", "Smoked Tea", "Cold Brew"],
    4.5,
    32,
  ],
  [
    "Fish",
    "Caught in the North Sea, dried, smoked or in a tin",
    ["Smoked Herring", "Dried Cod", "Tinned Mackerel", "Cured Salmon", "Anchovy Fillets"],
    3.2,
    58,
  ],
  [
    "Bakery",
    "Crispbread and things that keep on a boat",
    ["Crispbread", "Rye Loaf", "Ginger Biscuits", "Oat Cakes", "Cardamom Rusks"],
    1.8,
    14,
  ],
  [
    "Cheese",
    "Hard, soft and brown",
    ["Brown Cheese", "Blue Cheese", "Goat Cheese", "Aged Gouda", "Cream Cheese"],
    3.9,
    47,
  ],
  [
    "Preserves",
    "Berries in jars, and what grows beside them",
    ["Cloudberry Jam", "Lingonberry Relish", "Pickled Beets", "Rowan Jelly", "Mustard"],
    2.6,
    19,
  ],
  [
    "Sweets",
    "Liquorice first",
    ["Salt Liquorice", "Nut Brittle", "Sea Salt Caramels", "Dark Chocolate", "Marzipan"],
    1.2,
    24,
  ],
  [
    "Grains & Pulses",
    "Dry goods by the sack",
    ["Pearl Barley", "Yellow Peas", "Rolled Oats", "Buckwheat", "Red Lentils"],
    1.1,
    12,
  ],
  [
    "Drinks",
    "Without alcohol",
    ["Elderflower Cordial", "Birch Water", "Ginger Beer", "Apple Must", "Rhubarb Soda"],
    1.5,
    16,
  ],
];

export const MAKERS =
  "Fjord Harbour Midnight Lantern Northern Anchor Copper Juniper Skerry Glacier Tundra Beacon Driftwood Aurora".split(
    " ",
  );

export const COMPANY_WORDS =
  "Kolonial Handel Traders Provisions Import Market Delikatess Kaufhaus Épicerie Mercado Bottega Larder".split(
    " ",
  );

export const TAGS = [
  "organic",
  "vegan",
  "gluten-free",
  "fair trade",
  "seasonal",
  "limited",
  "bulk",
];

export const UNITS = ["100 g", "250 g", "500 g", "1 kg", "12 × 330 ml", "750 ml", "24 tins"];

/** [name, phone, price per kilogram] */
export const SHIPPERS: [string, string, number][] = [
  ["Coastal Express", "+47 55 10 20 30", 2.35],
  ["Baltic Freight", "+372 644 55 66", 1.9],
  ["Overland & Sons", "+49 221 778 899", 2.8],
];

export const JOBS = ["Sales", "Sales", "Sales", "Sales", "Buyer", "Warehouse", "Accounts"];
