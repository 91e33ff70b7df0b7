declare module "*?apart" {
  const text: string;
  export default text;
}
