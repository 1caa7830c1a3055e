namespace Migrate.Crystals.Readers;

internal static class CifReader
{
    internal static IEnumerable<Structure> Read(TextReader reader, string file) => throw new InvalidInputException("CIF is not read", file);
}
