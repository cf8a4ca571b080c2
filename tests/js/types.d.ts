/** Node's own types are not among what is installed. */
declare module "node:*";
