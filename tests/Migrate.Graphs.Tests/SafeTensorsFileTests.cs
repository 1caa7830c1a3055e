using System.Buffers.Binary;
using System.Text;
using Migrate.Crystals;

namespace Migrate.Graphs.Tests;

public sealed class SafeTensorsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("migrate-").FullName;

    private string PathOf(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void File_comes_back_as_it_was()
    {
        var path = PathOf("a.safetensors");
        SafeTensorsFile.Save(
            path,
            [
                SafeTensorsEntry.Create<double>("weights", [1.5, -2, double.NaN, 1e300, 0, -0.0], 2, 3),
                SafeTensorsEntry.Create<long>("empty", [], 0, 7),
                SafeTensorsEntry.Create<float>("scalar é", [3.25f], []),
                new SafeTensorsEntry("half", "BF16", [3], new byte[] { 1, 2, 3, 4, 5, 6 }),
            ],
            new Dictionary<string, string> { ["format"] = "pt", ["note"] = "two\nlines" });
        var file = SafeTensorsFile.Load(path);
        Assert.Equal(["weights", "empty", "scalar é", "half"], file.Entries.Select(entry => entry.Name));
        Assert.Equal([1.5, -2, double.NaN, 1e300, 0, -0.0], file["weights"].ToArray<double>());
        Assert.Equal([2L, 3], file["weights"].Shape);
        Assert.Empty(file["empty"].ToArray<long>());
        Assert.Equal([3.25f], file["scalar é"].ToArray<float>());
        Assert.Equal([1, 2, 3, 4, 5, 6], file["half"].Bytes.ToArray());
        Assert.Equal("two\nlines", file.Metadata["note"]);
        Assert.Null(file.Find("nothing"));
        Assert.Throws<KeyNotFoundException>(() => file["nothing"]);
        Assert.Throws<ArgumentException>(() => file["weights"].ToArray<float>());
        Assert.Equal(["a.safetensors"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Writing_again_replaces_the_file()
    {
        var path = PathOf("a.safetensors");
        SafeTensorsFile.Save(path, [SafeTensorsEntry.Create<int>("x", new int[1000])]);
        SafeTensorsFile.Save(path, [SafeTensorsEntry.Create<int>("x", [4])]);
        Assert.Equal([4], SafeTensorsFile.Load(path)["x"].ToArray<int>());
    }

    [Fact]
    public void Bad_entries_are_not_written()
    {
        var path = PathOf("a.safetensors");
        var good = SafeTensorsEntry.Create<int>("x", [1, 2]);
        Assert.Throws<ArgumentException>(() => SafeTensorsFile.Save(path, [good, good]));
        Assert.Throws<ArgumentException>(() => SafeTensorsFile.Save(path, [good with { Shape = [3] }]));
        Assert.Throws<ArgumentException>(() => SafeTensorsFile.Save(path, [good with { DType = "I33" }]));
        Assert.Throws<ArgumentException>(() => SafeTensorsFile.Save(path, [good with { Name = "__metadata__" }]));
        Assert.Throws<ArgumentException>(() => SafeTensorsEntry.Create<int>("x", [1, 2], 3));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    // Header, bytes of data behind it, and what the message must say.
    public static TheoryData<string, int, string> Broken => new()
    {
        { """{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "tensors take 8 bytes but the file holds 7" },
        { """{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "tensors take 8 bytes but the file holds 9" },
        { """{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "F32 [3] needs 12 bytes but has 8" },
        { """{"x":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown element type F33" },
        { """{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "must not be negative" },
        { """{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "no sound safetensors header" },
        { """{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "data_offsets must be [begin, end]" },
        { """{"x":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "data_offsets must be [begin, end]" },
        { """{"x":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "begins at byte 4 of the data, not at 0" },
        {
            """{"x":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"y":{"dtype":"U8","shape":[8],"data_offsets":[4,12]}}""",
            12,
            "y begins at byte 4"
        },
        {
            """{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""",
            2,
            "x is there twice"
        },
        { """{"x":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""", 2, "longer than" },
        { """{"x":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}""", 1, "no sound safetensors header" },
        { """{"x":{"shape":[1],"data_offsets":[0,1]}}""", 1, "x has no dtype" },
        { """{"x":5}""", 0, "x has no dtype" },
        { """[1, 2]""", 0, "no sound safetensors header" },
        { """{"x":""", 0, "no sound safetensors header" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Unsound_file_is_refused_with_a_reason(string header, int data, string message)
    {
        var path = PathOf("broken.safetensors");
        var bytes = new byte[8 + Encoding.UTF8.GetByteCount(header) + data];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Encoding.UTF8.GetByteCount(header));
        Encoding.UTF8.GetBytes(header, bytes.AsSpan(8));
        File.WriteAllBytes(path, bytes);
        var error = Assert.Throws<InvalidInputException>(() => SafeTensorsFile.Load(path)).Message;
        Assert.StartsWith(path, error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[0], "shorter than")]
    [InlineData(new byte[] { 1, 2, 3 }, "shorter than")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 }, "header length -1")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 64, 123, 125 }, "does not fit a file of 10 bytes")]
    public void Other_files_are_refused(byte[] bytes, string message)
    {
        var path = PathOf("other");
        File.WriteAllBytes(path, bytes);
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => SafeTensorsFile.Load(path)).Message, StringComparison.Ordinal);
    }
}
