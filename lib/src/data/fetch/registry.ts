import { AMAZON_2023 } from "./amazon-2023";
import type { PublicDataSet } from "./data-set";

const LAB = "https://mcauleylab.ucsd.edu/public_datasets/data";
const GROUPLENS = "files.grouplens.org/datasets/movielens";
const TFDS = "TensorFlow Datasets";

/** MovieLens, as one zip. Its checksum is pinned, so that plain HTTP is as good where the host's certificate has run out. */
function movieLens(name: string, counts: string, bytes: number, sha256: string, recordedBy: string): PublicDataSet {
  const urls = [`https://${GROUPLENS}/${name}.zip`, `http://${GROUPLENS}/${name}.zip`];
  const columns = { user: "userId", item: "movieId", rating: "rating" };
  return {
    name,
    title: `MovieLens ${name} (GroupLens, University of Minnesota)`,
    counts,
    licence: `research use with citation, no redistribution without permission; see https://${GROUPLENS}/${name}-README.${name === "ml-1m" ? "txt" : "html"}`,
    files: [{ name: `${name}.zip`, urls, bytes, sha256, recordedBy, unpack: { strip: `${name}/` } }],
    // The files of ml-1m have no header: what stands where in them is known.
    open:
      name === "ml-1m"
        ? { ratings: "ratings.dat", items: "movies.dat" }
        : { ratings: "ratings.csv", items: "movies.csv", columns, categories: "genres" },
  };
}

/** Garment ratings with the category in each row (Misra, Wan, McAuley, RecSys 2018): one file is ratings and metadata. */
function clothingFit(name: string, title: string, counts: string, rating: string): PublicDataSet {
  const file = `${name}.jsonl.gz`;
  return {
    name,
    title: `${title} clothing fit (Misra et al. 2018, McAuley Lab)`,
    counts,
    licence: "research use with citation; see https://cseweb.ucsd.edu/~jmcauley/datasets.html#clothing_fit",
    files: [{ name: file, urls: [`${LAB}/${name}/${name}_final_data.json.gz`] }],
    open: { ratings: file, items: file, columns: { user: "user_id", item: "item_id", rating }, categories: "category" },
  };
}

/** Every data set that `msae-lab data` fetches, one line each. */
export const DATA_SETS: readonly PublicDataSet[] = [
  movieLens(
    "ml-latest-small",
    "100,836 ratings, 610 users, 9,742 movies; may be renewed by the host",
    978_202,
    "696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
    TFDS,
  ),
  movieLens(
    "ml-1m",
    "1,000,209 ratings, 6,040 users, 3,900 movies",
    5_917_549,
    "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
    TFDS,
  ),
  movieLens(
    "ml-25m",
    "25,000,095 ratings, 162,541 users, 62,423 movies",
    261_978_986,
    "8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa",
    TFDS,
  ),
  movieLens(
    "ml-32m",
    "32,000,204 ratings, 200,948 users, 87,585 movies",
    238_950_008,
    "e4a68655d7386b8f95f2f2424b2ff975dfdd15ffd59e0d864a14dca43e99d6ee",
    "independent public projects",
  ),
  clothingFit("renttherunway", "RentTheRunway", "192,544 rows", "rating"),
  clothingFit("modcloth", "ModCloth", "82,790 rows", "quality"),
  ...AMAZON_2023,
];

const plain = (name: string): string => name.toLowerCase().replaceAll("_", "-");

/** The data set of this name; Amazon's categories also by their official name, for instance `Amazon_Fashion`. */
export function findDataSet(name: string): PublicDataSet | undefined {
  const wanted = plain(name);
  return DATA_SETS.find((set) => set.name === wanted || set.name === `amazon-2023-${wanted}`);
}
