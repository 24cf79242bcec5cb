import { campaigns } from "../../../../tooling/tsup.js";

export default campaigns;
