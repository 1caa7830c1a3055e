using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Migrate.Crystals.Writers;
using Migrate.Evaluation;
using Migrate.Potentials.Neb;

namespace Migrate.Cli;

/// <summary>
/// The folder of a path. It gets its name when everything is in it:
/// <code>
/// 00/POSCAR … NN/POSCAR   images, as VASP's tools have them
/// band.xyz                the same with energies and forces
/// profile.csv, .png, .svg energies along the band
/// log.csv                 stage, step, energy, largest force
/// result.json
/// </code>
/// </summary>
internal static class NebFiles
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A name for a folder: that of the path, without what names of files cannot hold.</summary>
    public static string FolderName(string name, int index)
    {
        var clean = string.Concat(name.Select(c => char.IsLetterOrDigit(c) || "._-+".Contains(c, StringComparison.Ordinal) ? c : '_')).Trim('.');
        return clean.Length is > 0 and <= 100 && clean != "unfinished" ? clean : $"path-{index + 1}";
    }

    public static void Write(string folder, NebResult result, object description)
    {
        folder = Path.GetFullPath(folder);
        var temporary = $"{folder}.{Environment.ProcessId}.tmp";
        Directory.CreateDirectory(temporary);
        try
        {
            Fill(temporary, result, description);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(temporary, folder);
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    private static void Fill(string folder, NebResult result, object description)
    {
        File.WriteAllText(Path.Combine(folder, "result.json"), JsonSerializer.Serialize(description, Format) + "\n");
        File.WriteAllLines(Path.Combine(folder, "log.csv"),
        [
            "stage,step,energy_ev,largest_force_ev_per_angstrom",
            .. Lines("initial", result.InitialLog), .. Lines("final", result.FinalLog), .. Lines("band", result.BandLog),
        ]);
        if (result.Images.Count == 0)
        {
            return;
        }

        for (var i = 0; i < result.Images.Count; i++)
        {
            var image = Path.Combine(folder, i.ToString("00", CultureInfo.InvariantCulture));
            Directory.CreateDirectory(image);
            PoscarWriter.WriteFile(Path.Combine(image, "POSCAR"), result.Images[i].Structure);
        }

        using (var xyz = new StreamWriter(Path.Combine(folder, "band.xyz")) { NewLine = "\n" })
        {
            foreach (var image in result.Images)
            {
                ExtendedXyzWriter.Write(xyz, image.Structure, image.Energy, image.Forces);
            }
        }

        var lowest = result.Images.Min(i => i.Energy);
        File.WriteAllLines(Path.Combine(folder, "profile.csv"),
        [
            "image,length_angstrom,energy_ev,slope_ev_per_angstrom",
            .. result.Images.Select((m, i) => string.Create(CultureInfo.InvariantCulture, $"{i},{m.Coordinate:r},{m.Energy:r},{m.Slope:r}")),
        ]);
        var chart = new EnergyProfile(
            result.Path.Name, [.. result.Profile(32).Select(p => (p.Coordinate, p.Energy - lowest))], [.. result.Images.Select(i => (i.Coordinate, i.Energy - lowest))]);
        chart.SavePng(Path.Combine(folder, "profile.png"));
        chart.SaveSvg(Path.Combine(folder, "profile.svg"));
    }

    private static IEnumerable<string> Lines(string stage, IReadOnlyList<NebStep> log) =>
        log.Select(s => string.Create(CultureInfo.InvariantCulture, $"{stage},{s.Step},{s.Energy:r},{s.Force:r}"));
}
