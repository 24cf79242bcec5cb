import { conformance } from "@store/conformance";
import * as core from "@store/core";
import * as file from "@store/file";
import * as memory from "@store/memory";
import { describe, test } from "vitest";
import { realmTests } from "./realm.cjs";

realmTests({ describe, test }, { core, memory, file, conformance });
