declare module "msgpackr/index-no-eval" {
  export { Packr, RESET_BUFFER_MODE } from "msgpackr";
}
