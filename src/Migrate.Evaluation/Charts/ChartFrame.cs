namespace Migrate.Evaluation;

/// <summary>The box that data are drawn in, with its two axes: turns values into canvas coordinates, draws grid, ticks and titles.</summary>
internal sealed record ChartFrame(double Left, double Top, double Width, double Height, ChartAxis X, ChartAxis Y)
{
    private const double TickSize = 13;
    private const double TitleSize = 15;

    public double Right => Left + Width;

    public double Bottom => Top + Height;

    /// <summary>Canvas coordinates of a pair of values.</summary>
    public (double X, double Y) Place(double x, double y) => (Left + (X.Position(x) * Width), Bottom - (Y.Position(y) * Height));

    public void Draw(ICanvas canvas, string xTitle, string yTitle)
    {
        foreach (var (value, label) in X.Ticks)
        {
            var x = Left + (X.Position(value) * Width);
            canvas.Polyline([(x, Top), (x, Bottom)], ChartColor.Grid, 1);
            canvas.Text(label, x, Bottom + 18, TickSize, TextAnchor.Middle);
        }

        foreach (var (value, label) in Y.Ticks)
        {
            var y = Bottom - (Y.Position(value) * Height);
            canvas.Polyline([(Left, y), (Right, y)], ChartColor.Grid, 1);
            canvas.Text(label, Left - 8, y + 4.5, TickSize, TextAnchor.End);
        }

        canvas.Polyline([(Left, Top), (Left, Bottom), (Right, Bottom), (Right, Top), (Left, Top)], ChartColor.Ink, 1);
        canvas.Text(xTitle, Left + (Width / 2), Bottom + 42, TitleSize, TextAnchor.Middle);
        canvas.Text(yTitle, Left - 58, Top + (Height / 2), TitleSize, TextAnchor.Middle, upward: true);
    }
}
