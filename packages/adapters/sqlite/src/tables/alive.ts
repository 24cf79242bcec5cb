/** The condition that a record's moment, if it has one, is later than the parameter, which is now. */
export const ALIVE = "(expires_at IS NULL OR expires_at > ?)";
