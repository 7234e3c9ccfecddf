import type { PublicDataSet, RemoteFile } from "./data-set";

/** The host in use, and the one that the data set's older pages name. */
const HOSTS = [
  "https://mcauleylab.ucsd.edu/public_datasets/data/amazon_2023",
  "https://datarepo.eng.ucsd.edu/mcauley_group/data/amazon_2023",
];

/**
 * Official name; users, items and ratings as the data set's page states them (it counts repeated ratings, which the
 * ratings-only file leaves out); SHA-256 of the ratings file, as the loaders of OmniRec record it. The host publishes none.
 */
const CATEGORIES: readonly [string, string, string][] = [
  ["All_Beauty", "632.0K 112.6K 701.5K", "54b894e68ad965aa73cdb80d8695c1ed37679c46f38b6f97b21ab0fb585aab24"],
  ["Amazon_Fashion", "2.0M 825.9K 2.5M", "7d08f3ad3ec331eb95cabf5a85c8e65f82f958429a17131e6d391f54532c0310"],
  ["Appliances", "1.8M 94.3K 2.1M", "0096701a2521a5fc71c5cfca11e953b0eb48a94a1b6ee4be65cb680c1fd56976"],
  ["Arts_Crafts_and_Sewing", "4.6M 801.3K 9.0M", "05ca786b3f99269ba659d71891b55d23e37bd74ab6cec0b53214ccb656308bb3"],
  ["Automotive", "8.0M 2.0M 20.0M", "9dda260d1d2cb91d0f967d0b4bfa0a09fda2904432023234569e45a6a30c48d3"],
  ["Baby_Products", "3.4M 217.7K 6.0M", "e2a8d0498afed767ee2615db7fac549559d82490b1a73c7241b84b5e9e8c279e"],
  ["Beauty_and_Personal_Care", "11.3M 1.0M 23.9M", "dd89a914e8c71d811c49a7e8fbdfc251c08bffb461b9544275e94018cb17f741"],
  ["Books", "10.3M 4.4M 29.5M", "752e144c1d3804619711a6b21bd68a5505825064723bfcd5008ac26067abe04b"],
  ["CDs_and_Vinyl", "1.8M 701.7K 4.8M", "1bade4e428efcffb549b6b7cb1f62a8cde9644e19a981a210b11a4c9c1561e75"],
  [
    "Cell_Phones_and_Accessories",
    "11.6M 1.3M 20.8M",
    "1f6df616b0ae463c039f68c7082daec52d2c713b33adb57b85db3430a8e2373a",
  ],
  [
    "Clothing_Shoes_and_Jewelry",
    "22.6M 7.2M 66.0M",
    "ee93396e811c03d077290b78e323228c58814a034e3e98d0339e5314d7f7a9a7",
  ],
  ["Digital_Music", "101.0K 70.5K 130.4K", "dbd5ddd5398d0eb9cfe224c9cc60470ccfd9c55e76fc82653dd3f44f6796c2a1"],
  ["Electronics", "18.3M 1.6M 43.9M", "2ac3508c5d0ee55ed9fdc833629f751e0f0120b9a8cb30867c8c14b87911c170"],
  ["Gift_Cards", "132.7K 1.1K 152.4K", "abfd9636afc5cdc1f46082ac1f9661b7c617cbd9c8a75652ad6a567173a14807"],
  ["Grocery_and_Gourmet_Food", "7.0M 603.2K 14.3M", "4cb2da7f57dfe210eecf348ee16514d11460022f0ce4ed141aa66e3eb5410135"],
  ["Handmade_Products", "586.6K 164.7K 664.2K", "b024e3e4cb1b1f4c9cfbb44a506ea42f8b8430ee8caf0dfa69fef52b69ece408"],
  ["Health_and_Household", "12.5M 797.4K 25.6M", "0a8982f9915bd18ea61caf4341db95c3fe1478abee907e6a61fec838374d2dca"],
  [
    "Health_and_Personal_Care",
    "461.7K 60.3K 494.1K",
    "5516d99b9747abff99003a7e1518833c2d64b10196201b6e6e90673bee15964d",
  ],
  ["Home_and_Kitchen", "23.2M 3.7M 67.4M", "9be4e2dc8b3dc513c02521644b2ae55f722b2941767e539dcfe518f6bdd4f70b"],
  ["Industrial_and_Scientific", "3.4M 427.5K 5.2M", "97aea590deb258f634caea04b63f038dceb5990bbc92cac87ce2a985f0f91595"],
  ["Kindle_Store", "5.6M 1.6M 25.6M", "ff546c451edfb403d10099912b816b11600e689a599621167d4847331fdc0a0d"],
  ["Magazine_Subscriptions", "60.1K 3.4K 71.5K", "4892619d97f810331c2a278176b2be616de10403be59e48efbe65c5c1e7904d2"],
  ["Movies_and_TV", "6.5M 747.8K 17.3M", "aa927ae5a4fc5262bfa6152ce522349f828760035242fd7e02b1dc139e867156"],
  ["Musical_Instruments", "1.8M 213.6K 3.0M", "042648a89f479aaa2af4664dcb49966dbaf07bd5ebab6957799f5fb4c5efa2e0"],
  ["Office_Products", "7.6M 710.4K 12.8M", "f91b5cfb6ed5ff52afe3e2f3ecc7918cbd8745b3241a8fc61011c3a41f23920b"],
  ["Patio_Lawn_and_Garden", "8.6M 851.7K 16.5M", "a1ea496e71e488c6b12823d479ed6375384b82f6794b38e66d12a5dcd20c392d"],
  ["Pet_Supplies", "7.8M 492.7K 16.8M", "cfc55406a1fbb507e4adfa18472e60a5de52fab3dd76f97fea25d30da1288003"],
  ["Software", "2.6M 89.2K 4.9M", "11687bdbedc0bfd9bf86368465dcab40f2450d1ea8eabd3c830ba8b339edd9c0"],
  ["Sports_and_Outdoors", "10.3M 1.6M 19.6M", "110617511c7303ca34d157b7d62fd20a02e412c3639b4c6e307a951fadf0414c"],
  ["Subscription_Boxes", "15.2K 641 16.2K", "fb867ee253db3987ab3ceaf371da506df794b08c98cf9a99e9718d9e4e818188"],
  [
    "Tools_and_Home_Improvement",
    "12.2M 1.5M 27.0M",
    "5845ac062a2c165d540badac13f00a8cb8cdaa30deb670a9b41db19d92c6bd1d",
  ],
  ["Toys_and_Games", "8.1M 890.7K 16.3M", "170fc8a18797c6091cf1b07bb3d97c13c94bfa030cf76c430bb8cac0dfb47a9f"],
  ["Video_Games", "2.8M 137.2K 4.6M", "30692f9806e33a7b5d8b599b73d7ca33dbfefb0abdfc1578052a101f2e64b3cd"],
  ["Unknown", "23.1M 13.2M 63.8M", "864c1dfa8b215a9a09fe0d17c7abc15f2da97078bc9acc7911783f2447016e10"],
];

const NOT_THE_PAPERS_FILE =
  "Amazon_Fashion as published has 2.0M users, 825.9K items, 2.5M ratings and empty category lists: it is not the paper's file " +
  "(9.1M ratings, with categories), which is opened by its path. Steps that need categories have nothing to work on.";

const addressesOf = (path: string): string[] => HOSTS.map((host) => `${host}/${path}`);

/** Amazon Reviews 2023 (Hou et al. 2024): the ratings-only CSV without repeats ("0core") and the item metadata, by category. */
export const AMAZON_2023: readonly PublicDataSet[] = CATEGORIES.map(([category, counts, sha256]) => {
  const [users, items, ratings] = counts.split(" ");
  const files: RemoteFile[] = [
    {
      name: "ratings.csv.gz",
      urls: addressesOf(`benchmark/0core/rating_only/${category}.csv.gz`),
      sha256,
      recordedBy: "OmniRec",
    },
    { name: "items.jsonl.gz", urls: addressesOf(`raw/meta_categories/meta_${category}.jsonl.gz`) },
  ];
  return {
    name: `amazon-2023-${category.toLowerCase().replaceAll("_", "-")}`,
    title: `Amazon Reviews 2023, ${category} (Hou et al. 2024, McAuley Lab)`,
    counts: `${ratings} ratings, ${users} users, ${items} items`,
    licence: "research use with citation; see https://amazon-reviews-2023.github.io",
    files,
    open: { ratings: "ratings.csv.gz", items: "items.jsonl.gz" },
    ...(category === "Amazon_Fashion" ? { note: NOT_THE_PAPERS_FILE } : {}),
  };
});
