declare module "*?apart" {
  const text: string;
  export default text;
}

declare module "*?url&no-inline" {
  const address: string;
  export default address;
}
