/** A style sheet's text, see pack.js. */
declare module "*.css" {
  const text: string;
  export default text;
}
