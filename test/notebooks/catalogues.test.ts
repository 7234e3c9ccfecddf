import { test } from "uvu";
import { catalogue, films, goThrough, SMALL, shop } from "./odd-catalogues";

const thirty = Array.from({ length: 30 }, (_, row) => ["Women", "Men"][row % 2]);

goThrough(
  {
    films: films(),
    shop: shop(),
    "thirty items": catalogue("thirty items", thirty, { k: 4, d: 3, set: { ...SMALL, "sae.batch": 16 } }),
  },
  {
    "films/02-matrix-factorization.ipynb": [/Too few items .* Women \(0\) or Men \(0\).* Axes that it offers: "/],
    "films/08-gender-axis.ipynb": [
      /Too few items .* Women \(0\) or Men \(0\).* Axes that it offers: "/,
      /one side.*the other.*items of both/,
    ],
    "shop/00-start-here.ipynb": [/The data has no categories, so there is nothing that a latent could be aligned with/],
    "shop/01-data.ipynb": [/has no categories, so there are none to draw/, /has no categories, so there is no tree/],
    "shop/02-matrix-factorization.ipynb": [/has no categories, so it cannot tell women's items.* --axis column=gender/],
    "shop/08-gender-axis.ipynb": [
      /has no categories, so it cannot tell women's items/,
      /offer no axis: give item metadata/,
    ],
    "thirty items/08-gender-axis.ipynb": [/Women \(15\) or Men \(15\)/],
  },
);

test.run();
