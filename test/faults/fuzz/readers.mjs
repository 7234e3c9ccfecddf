/** Every fuzzed reader, a file of this folder each; `bounded` cases are run with the tests, the campaign runs 20,000. */
export const readers = [
  { name: "safetensors", bounded: 600 },
  { name: "npy", bounded: 600 },
  { name: "settings", bounded: 300 },
  { name: "cards", bounded: 200 },
  { name: "manifests", bounded: 500 },
  { name: "parquet", bounded: 100 },
];
