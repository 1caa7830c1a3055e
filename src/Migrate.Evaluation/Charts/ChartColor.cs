namespace Migrate.Evaluation;

/// <summary>An opaque colour, and the few that the charts use (Okabe and Ito's palette, told apart by colour-blind readers).</summary>
internal readonly record struct ChartColor(byte Red, byte Green, byte Blue)
{
    public static ChartColor Ink => new(0x22, 0x22, 0x22);

    public static ChartColor Grid => new(0xdd, 0xdd, 0xdd);

    public static ChartColor Paper => new(0xff, 0xff, 0xff);

    public static ChartColor Guide => new(0x99, 0x99, 0x99);

    private static readonly ChartColor[] Lines =
        [new(0x00, 0x72, 0xb2), new(0xd5, 0x5e, 0x00), new(0x00, 0x9e, 0x73), new(0xcc, 0x79, 0xa7), new(0xe6, 0x9f, 0x00), new(0x56, 0xb4, 0xe9)];

    /// <summary>The colour of the n-th series; they repeat.</summary>
    public static ChartColor Series(int index) => Lines[index % Lines.Length];

    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";
}
