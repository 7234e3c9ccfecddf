/** One file of a data set, and all that is known about it before it is fetched. */
export interface RemoteFile {
  /** Name in the data set's folder. */
  name: string;
  /** Addresses of the same bytes; the next is tried where one is gone or its certificate is not valid. */
  urls: readonly string[];
  /** Size, where it is known beforehand; otherwise what the host states is held against what came. */
  bytes?: number;
  /** Checksum of the whole file, where somebody recorded one. */
  sha256?: string;
  /** Who recorded `sha256`. */
  recordedBy?: string;
  /** Unpack this zip, without the folder that its names begin with. */
  unpack?: { strip: string };
}

/** A public data set with a stable address. */
export interface PublicDataSet {
  name: string;
  title: string;
  /** Size in words, as its home page states it. */
  counts: string;
  /** Terms of use in one line, with the page that states them. */
  licence: string;
  files: readonly RemoteFile[];
  /** What a user would trip over. */
  note?: string;
  /** How it is read: files and, where they have names that are not known, columns and the column of the categories. */
  open: {
    ratings: string;
    items: string;
    columns?: { user: string; item: string; rating: string };
    categories?: string;
  };
}
