/** A place in a kernel's memory: byte offset, and number of elements of its type. */
export interface Region {
  offset: number;
  length: number;
}

/** Bytes at the start of the memory that belong to the kernels' own static data. */
const RESERVED = 65536;

/** Regions start on a cache line, so that threads that write to neighbours do not slow each other. */
const ALIGNMENT = 64;

/** Most bytes that a 32-bit memory holds. */
const MOST_BYTES = 65536 * 65536;

/** Plans where each array of a kernel lies before its memory is made; nothing is allocated afterwards. */
export class Layout {
  /** Bytes so far. */
  bytes: number = RESERVED;

  /** Room for `length` 32-bit numbers, zero at first. */
  words(length: number): Region {
    return this.place(length, 4);
  }

  /** Room for `length` doubles, zero at first. */
  doubles(length: number): Region {
    return this.place(length, 8);
  }

  private place(length: number, size: number): Region {
    const offset = Math.ceil(this.bytes / ALIGNMENT) * ALIGNMENT;
    this.bytes = offset + length * size;
    if (this.bytes > MOST_BYTES)
      throw new Error(
        `A kernel would need ${(this.bytes / 2 ** 30).toFixed(1)} GiB, more than the 4 GiB that it can address: use fewer rows, or a narrower d or k.`,
      );
    return { offset, length };
  }
}
