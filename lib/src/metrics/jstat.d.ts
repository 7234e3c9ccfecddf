/** The part of jstat that is used here; the package brings no types. */
declare module "jstat" {
  export const jStat: {
    readonly studentt: {
      /** Quantile of Student's t. @param p 0 to 1 @param freedom degrees of freedom, above 0 */
      inv(p: number, freedom: number): number;
    };
    readonly hypgeom: {
      /** Chance of k marked among n drawn without replacement. @param N all @param m marked */
      pdf(k: number, N: number, m: number, n: number): number;
    };
  };
}
