"""From files to arrays: where they lie, how they are downloaded, and how foreign bytes are checked and decoded."""
