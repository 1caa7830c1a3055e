using System.Security.Cryptography;
using System.Text.Json;
using Migrate.Graphs;
using Migrate.Testing;

namespace Migrate.Crystals.Tests;

public class CgcnnFeaturesTests
{
    private static readonly int[] GroupStarts = [0, 19, 26, 36, 46, 58, 68, 78, 82, 92];

    [Fact]
    public void Table_is_the_published_one()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("data", "elements", "cgcnn-features.json")));
        var elements = document.RootElement.GetProperty("elements").EnumerateArray().ToArray();
        Assert.Equal(100, elements.Length);
        foreach (var element in elements)
        {
            var z = element.GetProperty("z").GetInt32();
            Assert.Equal(element.GetProperty("symbol").GetString(), Element.FromAtomicNumber(z).Symbol);
            Assert.Equal(element.GetProperty("features").EnumerateArray().Select(bit => (float)bit.GetInt32()), Features(z));
        }
    }

    [Fact]
    public void Every_row_is_the_one_that_the_reference_program_uses()
    {
        var entry = SafeTensorsFile.Load(SharedFolder.Require("golden", "elements", "cgcnn_features.safetensors"))["features"];
        for (var z = 1; z <= CgcnnFeatures.HeaviestElement; z++)
        {
            var row = entry.Bytes.Slice(z * CgcnnFeatures.Dimension, CgcnnFeatures.Dimension).ToArray();
            Assert.Equal(row.Select(bit => (float)bit), Features(z));
        }
    }

    // SHA-256 over the 103 vectors, one byte a descriptor, from the published table with fermium's row again for 101 to 103.
    [Fact]
    public void Vectors_have_the_checksum_of_the_published_table()
    {
        var all = Enumerable.Range(1, CgcnnFeatures.HeaviestElement).SelectMany(Features).Select(bit => (byte)bit).ToArray();
        Assert.Equal("0658BDBB47C8FB07CC9E8DF19984628EFC3E54BC18395A3E31E63D61CFAB4F5A", Convert.ToHexString(SHA256.HashData(all)));
    }

    [Fact]
    public void Each_property_sets_at_most_one_bit()
    {
        for (var z = 1; z <= CgcnnFeatures.HeaviestElement; z++)
        {
            var features = Features(z);
            Assert.All(features, bit => Assert.True(bit is 0 or 1));
            for (var group = 0; group < GroupStarts.Length - 1; group++)
            {
                Assert.InRange(features[GroupStarts[group]..GroupStarts[group + 1]].Sum(), 0, 1);
            }
        }
    }

    [Fact]
    public void Old_contents_are_overwritten_and_what_follows_is_not()
    {
        var buffer = Enumerable.Repeat(7f, CgcnnFeatures.Dimension + 1).ToArray();
        CgcnnFeatures.Fill(3, buffer);
        Assert.Equal(Features(3), buffer[..CgcnnFeatures.Dimension]);
        Assert.Equal(7, buffer[CgcnnFeatures.Dimension]);
    }

    [Fact]
    public void Elements_without_descriptors_are_refused() => Assert.Contains(
        "element Rf has no CGCNN descriptors",
        Assert.Throws<InvalidInputException>(() => CgcnnFeatures.Fill(104, new float[CgcnnFeatures.Dimension])).Message,
        StringComparison.Ordinal);

    private static float[] Features(int atomicNumber)
    {
        var features = new float[CgcnnFeatures.Dimension];
        CgcnnFeatures.Fill(atomicNumber, features);
        return features;
    }
}
