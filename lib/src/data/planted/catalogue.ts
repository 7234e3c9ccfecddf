/** A kind of article: its category name, what one piece is called, and styles as adjectives. */
export interface CatalogueType {
  name: string;
  noun: string;
  styles: readonly string[];
}

/** Whom articles are for. */
export interface CatalogueAudience {
  name: string;
  /** As it stands in a title. */
  possessive: string;
  /** Share of the items, relative. */
  weight: number;
  departments: Readonly<Record<string, readonly CatalogueType[]>>;
}

export const ROOT = "Clothing, Shoes & Jewelry";

const type = (name: string, noun: string, ...styles: string[]): CatalogueType => ({ name, noun, styles });

/** The fashion tree; names such as "Clothing", "Shoes" and "Dresses" recur below several audiences, as in real catalogues. */
export const AUDIENCES: readonly CatalogueAudience[] = [
  {
    name: "Women",
    possessive: "Women's",
    weight: 48,
    departments: {
      Clothing: [
        type("Dresses", "Dress", "Cocktail", "Maxi"),
        type("Tops & Tees", "Top", "Tunic", "Sleeveless"),
        type("Jeans", "Jeans", "Skinny", "Bootcut"),
        type("Sweaters", "Sweater", "Cardigan", "Turtleneck"),
      ],
      Shoes: [
        type("Sandals", "Sandals", "Wedge", "Gladiator"),
        type("Boots", "Boots", "Ankle", "Knee-High"),
        type("Pumps", "Pumps", "Stiletto", "Block-Heel"),
        type("Fashion Sneakers", "Sneakers", "Slip-On", "Platform"),
      ],
      Jewelry: [
        type("Necklaces", "Necklace", "Pendant", "Choker"),
        type("Earrings", "Earrings", "Hoop", "Stud"),
        type("Rings", "Ring", "Stacking", "Statement"),
      ],
      Accessories: [
        type("Handbags", "Handbag", "Tote", "Crossbody"),
        type("Scarves & Wraps", "Scarf", "Silk", "Blanket"),
        type("Sunglasses", "Sunglasses", "Cat-Eye", "Oversized"),
      ],
    },
  },
  {
    name: "Men",
    possessive: "Men's",
    weight: 25,
    departments: {
      Clothing: [
        type("Shirts", "Shirt", "Oxford-Cloth", "Flannel"),
        type("Jeans", "Jeans", "Straight", "Relaxed"),
        type("Suits & Blazers", "Blazer", "Double-Breasted", "Slim-Fit"),
        type("Sweaters", "Sweater", "Crewneck", "Quarter-Zip"),
      ],
      Shoes: [
        type("Boots", "Boots", "Work", "Chukka"),
        type("Loafers", "Loafers", "Penny", "Driving"),
        type("Athletic Shoes", "Shoes", "Running", "Basketball"),
      ],
      Watches: [
        type("Wrist Watches", "Watch", "Chronograph", "Diver"),
        type("Watch Bands", "Watch Band", "Leather", "Steel-Mesh"),
      ],
      Accessories: [
        type("Belts", "Belt", "Reversible", "Braided"),
        type("Neckties", "Necktie", "Striped", "Knitted"),
        type("Wallets", "Wallet", "Bifold", "Card-Case"),
      ],
    },
  },
  {
    name: "Girls",
    possessive: "Girls'",
    weight: 11,
    departments: {
      Clothing: [type("Dresses", "Dress"), type("Leggings", "Leggings"), type("Tops & Tees", "Top")],
      Shoes: [type("Sandals", "Sandals"), type("Ballet Flats", "Flats")],
      Accessories: [type("Hair Bows", "Hair Bow"), type("Tutus", "Tutu")],
    },
  },
  {
    name: "Boys",
    possessive: "Boys'",
    weight: 9,
    departments: {
      Clothing: [type("T-Shirts", "T-Shirt"), type("Shorts", "Shorts"), type("Pajamas", "Pajamas")],
      Shoes: [type("Athletic Shoes", "Shoes"), type("Boots", "Boots")],
      Accessories: [type("Caps", "Cap"), type("Backpacks", "Backpack")],
    },
  },
  {
    name: "Unisex",
    possessive: "Unisex",
    weight: 7,
    departments: {
      Clothing: [type("Hoodies", "Hoodie"), type("Socks", "Socks"), type("Rain Jackets", "Rain Jacket")],
      Shoes: [type("Clogs", "Clogs"), type("Slippers", "Slippers")],
      Accessories: [type("Umbrellas", "Umbrella"), type("Travel Bags", "Travel Bag"), type("Sunglasses", "Sunglasses")],
    },
  },
];

/** Styles that any item may carry, whatever its place in the tree. */
export const CROSS_STYLES: readonly string[] = [
  "Vintage",
  "Bohemian",
  "Minimalist",
  "Athleisure",
  "Formal",
  "Outdoor",
  "Luxury",
  "Festive",
  "Western",
  "Handmade",
];

/** Invented shop names, one part from each. */
export const STORE_PARTS: readonly [readonly string[], readonly string[]] = [
  ["Alder", "Birch", "Cobalt", "Dover", "Ember", "Fable", "Garnet", "Hazel", "Indigo", "Juniper", "Larkspur", "Marlow"],
  ["& Daughter", "& Finch", "Atelier", "Collective", "Lane", "Mercantile", "Outfitters", "Supply", "Thread", "Works"],
];

export const MATERIALS: readonly string[] = [
  "Cotton",
  "Linen",
  "Wool",
  "Recycled",
  "Soft",
  "Lightweight",
  "Classic",
  "Everyday",
  "Textured",
  "Signature",
];

export const COLOURS: readonly string[] = [
  "Black",
  "White",
  "Navy",
  "Grey",
  "Burgundy",
  "Olive",
  "Camel",
  "Teal",
  "Blush",
  "Mustard",
];
