using System.Globalization;

namespace Migrate.Crystals.Readers;

/// <summary>Which columns of a site line are read.</summary>
/// <param name="Species">Column of the symbol or atomic number, from 0.</param>
/// <param name="Position">First of the three columns of the position.</param>
/// <param name="Least">Columns a line must have.</param>
internal readonly record struct ExtendedXyzColumns(int Species, int Position, int Least)
{
    /// <summary>Reads <c>Properties=name:type:columns:…</c>, for example <c>species:S:1:pos:R:3:forces:R:3</c>.</summary>
    public static ExtendedXyzColumns Parse(string? properties, TextLines lines)
    {
        if (properties is null)
        {
            return new(0, 1, 4);
        }

        var parts = properties.Split(':');
        var (species, number, position, column) = (-1, -1, -1, 0);
        for (var k = 0; k + 2 < parts.Length; k += 3)
        {
            if (!int.TryParse(parts[k + 2], NumberStyles.None, CultureInfo.InvariantCulture, out var width) || width is < 1 or > 1000)
            {
                throw lines.Error($"Properties: '{Tokens.Quote(parts[k + 2])}' is no number of columns");
            }

            switch (parts[k].ToUpperInvariant(), width)
            {
                case ("SPECIES" or "ELEMENT" or "SYMBOL", 1): species = column; break;
                case ("Z" or "NUMBERS", 1): number = column; break;
                case ("POS" or "POSITIONS", 3): position = column; break;
            }

            column += width;
        }

        species = species < 0 ? number : species;
        if (parts.Length % 3 != 0 || species < 0 || position < 0)
        {
            throw lines.Error($"Properties=\"{Tokens.Quote(properties)}\" should name species:S:1 and pos:R:3");
        }

        return new(species, position, Math.Max(species + 1, position + 3));
    }
}
