namespace Migrate.Crystals.Writers;

/// <summary>
/// Writes structures as extended XYZ, one frame each: the lattice in the comment line, Cartesian coordinates in Å, not wrapped.
/// </summary>
public static class ExtendedXyzWriter
{
    /// <summary>Writes structures one after another; names go into the comment line as name="…".</summary>
    public static void Write(TextWriter writer, IEnumerable<Structure> structures)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(structures);
        foreach (var structure in structures)
        {
            WriteFrame(writer, structure, null, null);
        }
    }

    /// <summary>Writes one frame with its energy and forces, as energy=… in the comment line and three more columns.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="structure">The frame.</param>
    /// <param name="energy">eV.</param>
    /// <param name="forces">[n_atoms] eV/Å.</param>
    /// <exception cref="ArgumentException">There is not one force per site.</exception>
    public static void Write(TextWriter writer, Structure structure, double energy, IReadOnlyList<Vector3D> forces)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(forces);
        if (forces.Count != structure.Count)
        {
            throw new ArgumentException($"{forces.Count} forces for {structure.Count} sites");
        }

        WriteFrame(writer, structure, energy, forces);
    }

    /// <summary>Writes a file; an old one is replaced only when the new one is complete.</summary>
    public static void WriteFile(string path, IEnumerable<Structure> structures) => AtomicTextFile.Write(path, writer => Write(writer, structures));

    private static void WriteFrame(TextWriter writer, Structure structure, double? energy, IReadOnlyList<Vector3D>? forces)
    {
        var lattice = structure.Lattice;
        var rows = string.Join(' ', new[] { lattice.A, lattice.B, lattice.C }.SelectMany(row => new[] { row.X, row.Y, row.Z })
            .Select(value => TextFormat.Number(value).Trim()));

        // A quote would end the value, and readers differ in how they escape one.
        var name = TextFormat.OneLine(structure.Name).Replace('"', '\'').Replace('\\', '/');
        writer.WriteLine(structure.Count);
        writer.WriteLine($"Lattice=\"{rows}\" Properties=species:S:1:pos:R:3{(forces is null ? "" : ":forces:R:3")} "
            + $"{(name.Length > 0 ? $"name=\"{name}\" " : "")}{(energy is { } e ? $"energy={TextFormat.Number(e).Trim()} " : "")}pbc=\"T T T\"");
        for (var i = 0; i < structure.Count; i++)
        {
            var (element, fractional) = structure[i];
            writer.WriteLine($"{element.Symbol,-2} {TextFormat.Vector(lattice.ToCartesian(fractional))}{(forces is null ? "" : $" {TextFormat.Vector(forces[i])}")}");
        }
    }
}
