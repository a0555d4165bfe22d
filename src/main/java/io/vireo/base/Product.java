package io.vireo.base;

/** What this server calls itself. */
public final class Product {
    /** The Redis whose commands we speak; clients decide by it what they may use. */
    public static final String REDIS_VERSION = "7.2.4";

    private Product() {}

    /** Vireo's own version, from the jar's manifest; {@code dev} when run from classes. */
    public static String version() {
        String version = Product.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
