using System.Text.Json.Serialization;

namespace Migrate.Models;

/// <summary>
/// Variant and sizes of an ALIGNN network. The defaults are the published ones (Devi, Butler and Sai Gautam 2026, MODEL-3;
/// Choudhary and DeCost, npj Comput. Mater. 7, 185 (2021), for the trunk).
/// </summary>
public sealed record AlignnOptions
{
    /// <summary>One-hot CGCNN features of an atom.</summary>
    public const int CgcnnFeatureCount = 92;

    /// <summary>Width of the two hidden layers of the head; fixed in the published code.</summary>
    public const int HeadFeatures = 128;

    /// <summary>Which of the published networks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AlignnVariant Variant { get; set; }

    /// <summary>Share of the attention weights that MODEL-4 drops in training; published 0.2. Other networks drop none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? DropAttention { get; set; }

    /// <summary>The value of <see cref="DropAttention"/> that holds: 0.2 where none is given.</summary>
    [JsonIgnore]
    public double AttentionDropout => DropAttention ?? 0.2;

    /// <summary>Gaussians on the bond length, evenly spaced on [0, <see cref="BondRange"/>] Å; at least 2, published 80.</summary>
    public int BondBins { get; set; } = 80;

    /// <summary>Centre of the last bond Gaussian, Å; published 8.</summary>
    public double BondRange { get; set; } = 8.0;

    /// <summary>Gaussians on the bond cosine, evenly spaced on [−1, 1]; at least 2, published 40.</summary>
    public int AngleBins { get; set; } = 40;

    /// <summary>Width of the first layer of the bond and angle embeddings; at least 1, published 64.</summary>
    public int EmbeddingFeatures { get; set; } = 64;

    /// <summary>Hidden width H of atoms, bonds and angles; at least 1, published 256.</summary>
    public int HiddenFeatures { get; set; } = 256;

    /// <summary>ALIGNN layers (line graph + crystal graph) before the plain convolutions; at least 0, published 4.</summary>
    public int AlignnLayers { get; set; } = 4;

    /// <summary>Plain edge-gated convolutions after the ALIGNN layers; at least 0, published 4.</summary>
    public int GcnLayers { get; set; } = 4;

    /// <summary>
    /// Adds <see cref="ImageMarks.FeatureCount"/> features that tell image atoms from framework atoms. Off in the published MODEL-3,
    /// where nothing but its position tells an image from any other ion.
    /// </summary>
    public bool MarkImages { get; set; }

    /// <summary>Which atoms the readout averages over; published are all of them.</summary>
    public Readout Readout { get; set; } = Readout.AllAtoms;

    /// <summary>Outputs, each with a head of its own; 1 for barriers, published 7 for the multi-property pre-training.</summary>
    public int Outputs { get; set; } = 1;

    /// <summary>Length of an atom's feature vector.</summary>
    [JsonIgnore]
    public int AtomFeatures => CgcnnFeatureCount + (MarkImages ? ImageMarks.FeatureCount : 0);

    /// <summary>Checks every member.</summary>
    /// <exception cref="ArgumentException">A member is out of its range; the message names it.</exception>
    public void Validate()
    {
        AtLeast(nameof(BondBins), BondBins, 2);
        AtLeast(nameof(AngleBins), AngleBins, 2);
        AtLeast(nameof(EmbeddingFeatures), EmbeddingFeatures, 1);
        AtLeast(nameof(HiddenFeatures), HiddenFeatures, 1);
        AtLeast(nameof(AlignnLayers), AlignnLayers, 0);
        AtLeast(nameof(GcnLayers), GcnLayers, 0);
        AtLeast(nameof(Outputs), Outputs, 1);
        if (!Enum.IsDefined(Variant))
        {
            throw new ArgumentException($"variant is {Variant}; it must be one of {string.Join(", ", Enum.GetNames<AlignnVariant>())}");
        }

        if (AttentionDropout is not (>= 0 and < 1))
        {
            throw new ArgumentException($"dropAttention is {AttentionDropout}; it must be at least 0 and below 1");
        }

        if (!(BondRange > 0) || !double.IsFinite(BondRange))
        {
            throw new ArgumentException($"bondRange is {BondRange}; it must be a positive length in Å");
        }

        if (AlignnLayers + GcnLayers == 0)
        {
            throw new ArgumentException("alignnLayers and gcnLayers are both 0; a network needs at least one layer");
        }
    }

    private static void AtLeast(string name, int value, int minimum)
    {
        // The upper limit only keeps a mistyped size from asking for terabytes.
        if (value < minimum || value > 65536)
        {
            throw new ArgumentException($"{char.ToLowerInvariant(name[0])}{name[1..]} is {value}; it must be {minimum}..65536");
        }
    }
}

/// <summary>Which atoms the readout averages over.</summary>
public enum Readout
{
    /// <summary>Every atom of the band, as published.</summary>
    AllAtoms,

    /// <summary>The images of the migrating ion alone: a long cell does not drown the path.</summary>
    Images,
}

/// <summary>The rule behind <see cref="Readout"/>.</summary>
internal static class ReadoutRule
{
    /// <summary>How many leading atoms of a structure are averaged over. One that is no band has no images: there all atoms stand in for them.</summary>
    public static int PooledAtoms(this Readout readout, int images, int atoms) => readout == Readout.Images && images > 0 ? images : atoms;
}
