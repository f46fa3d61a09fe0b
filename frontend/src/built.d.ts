declare module "yeastar:names" {
  /** By language and key; made of the integration's translations when the cards are built. */
  const names: Record<string, Record<string, string>>;
  export default names;
}
