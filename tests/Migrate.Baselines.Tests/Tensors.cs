using Migrate.Graphs;

namespace Migrate.Baselines.Tests;

/// <summary>Tensors through a file and back.</summary>
internal static class Tensors
{
    public static SafeTensorsFile Reread(this IEnumerable<SafeTensorsEntry> entries)
    {
        var file = Path.Combine(Path.GetTempPath(), $"migrate-tensors-{Guid.NewGuid():n}.safetensors");
        try
        {
            SafeTensorsFile.Save(file, entries);
            return SafeTensorsFile.Load(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The same tensors, but for one of them.</summary>
    public static IEnumerable<SafeTensorsEntry> With(this IEnumerable<SafeTensorsEntry> entries, SafeTensorsEntry other) =>
        entries.Select(entry => entry.Name == other.Name ? other : entry);

    public static IEnumerable<SafeTensorsEntry> Without(this IEnumerable<SafeTensorsEntry> entries, string name) =>
        entries.Where(entry => entry.Name != name);
}
