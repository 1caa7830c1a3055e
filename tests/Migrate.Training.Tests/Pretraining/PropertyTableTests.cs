using Migrate.Crystals;
using Migrate.Training.Pretraining;

namespace Migrate.Training.Tests.Pretraining;

public sealed class PropertyTableTests : IDisposable
{
    private readonly PropertyFiles _files = new();

    [Fact]
    public void A_structure_of_two_files_is_one_row_with_both_values()
    {
        _files.Write("a.jsonl", PropertyFiles.Line(0, 1), PropertyFiles.Line(1, 2), PropertyFiles.Line(2, 3, test: true));
        _files.Write("b.jsonl", PropertyFiles.Line(3, 4), PropertyFiles.Line(1, 5), PropertyFiles.Line(4, 6, test: true));
        var table = PropertyTable.Read(_files.Options("a", "b"));
        Assert.Equal([[1, double.NaN], [2, 5], [3, double.NaN], [double.NaN, 4], [double.NaN, 6]], table.Values);
        Assert.Equal([false, false, true, false, true], table.HeldOut);
        Assert.Equal(5, table.Structures.Count);
        Assert.Empty(table.Errors);
    }

    [Fact]
    public void A_structure_that_a_file_holds_several_times_has_the_mean()
    {
        _files.Write("a.jsonl", PropertyFiles.Line(0, 1), PropertyFiles.Line(1, 7), PropertyFiles.Line(0, 2), PropertyFiles.Line(0, 6, test: true));
        var table = PropertyTable.Read(_files.Options("a"));
        Assert.Equal([3.0, 7.0], table.Values.Select(v => v[0]));
        // Once a test entry, never a training one.
        Assert.Equal([true, false], table.HeldOut);
    }

    [Fact]
    public void Without_test_entries_a_share_is_held_out_by_content()
    {
        string[] lines = [.. Enumerable.Range(0, 200).Select(i => PropertyFiles.Line(i, i))];
        _files.Write("a.jsonl", lines);
        _files.Write("b.jsonl", lines.Reverse());
        var forward = PropertyTable.Read(_files.Options("a") with { HeldOutFraction = 0.3 });
        var backward = PropertyTable.Read(_files.Options("b") with { HeldOutFraction = 0.3 });
        Assert.InRange(forward.HeldOut.Count(h => h), 40, 80);
        Assert.Equal(forward.HeldOut, backward.HeldOut.Reverse());
        // A smaller share is a part of a larger one.
        var few = PropertyTable.Read(_files.Options("a") with { HeldOutFraction = 0.1 });
        Assert.All(few.HeldOut.Zip(forward.HeldOut), pair => Assert.True(!pair.First || pair.Second));
    }

    [Fact]
    public void What_is_held_out_for_one_property_is_held_out_for_all()
    {
        _files.Write("a.jsonl", PropertyFiles.Line(0, 1, test: true), PropertyFiles.Line(1, 2));
        _files.Write("b.jsonl", PropertyFiles.Line(0, 3), PropertyFiles.Line(1, 4), PropertyFiles.Line(2, 5, test: true));
        Assert.Equal([true, false, true], PropertyTable.Read(_files.Options("a", "b")).HeldOut);
    }

    [Fact]
    public void A_broken_line_is_left_out_and_named()
    {
        var file = _files.Write("a.jsonl", PropertyFiles.Line(0, 1), "{ broken", PropertyFiles.Line(1, 2).Replace("target", "remark", StringComparison.Ordinal));
        var table = PropertyTable.Read(_files.Options("a"));
        Assert.Single(table.Structures);
        Assert.Equal([$"{file}:2:", $"{file}:3:"], table.Errors.Select(e => e.Message.Split(' ')[0]));
    }

    [Fact]
    public void Files_without_an_entry_are_refused()
    {
        var file = _files.Write("a.jsonl", "{ broken");
        Assert.StartsWith(file, Refusal("a"), StringComparison.Ordinal);
        _files.Write("empty.jsonl");
        Assert.Contains("holds no entry", Refusal("empty"), StringComparison.Ordinal);
        Assert.Contains("missing.jsonl", Refusal("missing"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_follows_values_structures_and_what_is_held_out()
    {
        byte[] Hash(params string[] lines)
        {
            _files.Write("a.jsonl", lines);
            return PropertyTable.Read(_files.Options("a")).ContentHash;
        }

        var (first, second) = (PropertyFiles.Line(0, 1), PropertyFiles.Line(1, 2, test: true));
        byte[][] hashes =
        [
            Hash(first, second), Hash(PropertyFiles.Line(0, 1.5), second), Hash(PropertyFiles.Line(2, 1), second),
            Hash(PropertyFiles.Line(0, 1, test: true), second), Hash(first),
        ];
        Assert.Equal(5, hashes.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(hashes[0], Hash(first, second));
    }

    [Fact]
    public void Scales_run_over_the_training_values_alone()
    {
        _files.Write("a.jsonl", PropertyFiles.Line(0, 1), PropertyFiles.Line(1, 5), PropertyFiles.Line(2, 100, test: true));
        var scaler = Assert.Single(PropertyScalers.Fit(PropertyTable.Read(_files.Options("a")), _files.Options("a")));
        Assert.Equal((1.0, 5.0, 3.0, -1.0, 1.0), (scaler.Minimum, scaler.Maximum, scaler.Mean, scaler.Scale(1), scaler.Scale(5)));

        _files.Write("b.jsonl", PropertyFiles.Line(0, 2), PropertyFiles.Line(1, 2), PropertyFiles.Line(2, 3, test: true));
        var error = Assert.Throws<ArgumentException>(() => PropertyScalers.Fit(PropertyTable.Read(_files.Options("b")), _files.Options("b")));
        Assert.StartsWith("property 'b'", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private string Refusal(string name) => Assert.Throws<InvalidInputException>(() => PropertyTable.Read(_files.Options(name))).Message;
}
