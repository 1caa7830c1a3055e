namespace Migrate.Baselines.Catalogue;

/// <summary>Catalogue entries of <see cref="PathDescriptors"/>, whose names carry their unit ("hop / Å").</summary>
internal static class PathDescriptorTexts
{
    /// <summary>An entry from a name, its unit cut out of it.</summary>
    /// <param name="name">"hop / Å", or "nearest anion / Å: middle".</param>
    /// <param name="meaning">One line.</param>
    /// <param name="source">Paper.</param>
    public static Descriptor Entry(string name, string meaning, string source)
    {
        var (label, unit) = Split(name);
        return new Descriptor(label, unit, meaning, source, DescriptorFamily.Path);
    }

    private static (string Label, string Unit) Split(string name)
    {
        const string Before = " / ";
        var at = name.IndexOf(Before, StringComparison.Ordinal);
        if (at < 0)
        {
            return (name, "");
        }

        var end = name.IndexOf(':', at);
        return end < 0 ? (name[..at], name[(at + Before.Length)..]) : (name[..at] + name[end..], name[(at + Before.Length)..end]);
    }
}
