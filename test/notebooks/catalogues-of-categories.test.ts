import { test } from "uvu";
import { catalogue, departments, genres, goThrough } from "./odd-catalogues";

const one = Array.from({ length: 90 }, () => "All");

goThrough(
  { genres: genres(), departments: departments(), "one category": catalogue("one category", one) },
  {
    "genres/01-data.ipynb": [/The tree by depth/],
    "genres/08-gender-axis.ipynb": [/The axis: drama and comedy/],
    "departments/02-matrix-factorization.ipynb": [/same side \(women and men\)/],
    "departments/08-gender-axis.ipynb": [/Womens Shoes · Ladies Tops · Female|Latents for women/],
    "one category/02-matrix-factorization.ipynb": [/Too few items .* Women \(0\) or Men \(0\)/],
  },
);

test.run();
