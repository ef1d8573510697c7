namespace SnnNotebooks.Host.Exporting.Terminal;

/// <summary>
/// The screen of a terminal: lines that grow to the right, and a cursor. Lines that leave it at the top can no longer change and are handed
/// on, so that a long output costs no more memory than a screen.
/// </summary>
internal sealed class TerminalScreen(ITerminalLines scrolledOff)
{
    private const int Height = 200;
    private const int Width = 4000; // as far as the cursor can be sent; text itself is not broken
    private const int TabStop = 8;

    private readonly List<List<Glyph>> lines = [[]];
    private (int Row, int Column) saved;

    /// <summary>Line of the cursor, from 0 at the top of the screen.</summary>
    public int Row { get; private set; }

    /// <summary>Column of the cursor, from 0.</summary>
    public int Column { get; private set; }

    /// <summary>How text that comes looks.</summary>
    public TextStyle Style { get; set; } = TextStyle.Default;

    private List<Glyph> Line => lines[Row];

    /// <summary>Writes a character at the cursor and moves it on.</summary>
    /// <param name="text">The character.</param>
    /// <param name="width">How many cells it takes, 0 for a mark that combines with the one before.</param>
    public void Put(string text, int width)
    {
        if (width == 0)
        {
            var last = Math.Min(Column, Line.Count) - 1;
            while (last > 0 && Line[last].Text.Length == 0)
            {
                last--;
            }

            if (last >= 0)
            {
                Line[last] = Line[last] with { Text = Line[last].Text + text };
            }

            return;
        }

        Pad();
        for (var i = 0; i < width; i++)
        {
            Set(Column + i, new Glyph(i == 0 ? text : "", Style));
        }

        Column += width;
    }

    /// <summary>Moves the cursor to the next tabulator stop; at the end of a line the tabulator is text.</summary>
    public void Tab()
    {
        var width = TabStop - Column % TabStop;
        if (Column >= Line.Count)
        {
            Put("\t", width);
        }
        else
        {
            Column += width;
        }
    }

    /// <summary>Moves the cursor to the next line, which is made where there is none.</summary>
    public void LineFeed()
    {
        Row++;
        if (Row == lines.Count)
        {
            lines.Add([]);
            ScrollTo(Height);
        }
    }

    /// <summary>Moves the cursor within the screen.</summary>
    public void MoveTo(int row, int column)
    {
        Row = Math.Clamp(row, 0, Height - 1);
        while (Row >= lines.Count)
        {
            lines.Add([]);
        }

        Column = Math.Clamp(column, 0, Math.Max(Width, Line.Count));
    }

    /// <summary>Remembers where the cursor is.</summary>
    public void Save() => saved = (Row, Column);

    /// <summary>Moves the cursor back to where it was.</summary>
    public void Restore() => MoveTo(saved.Row, saved.Column);

    /// <summary>Erases in the line of the cursor.</summary>
    /// <param name="what">0 from the cursor on, 1 up to it, 2 everything.</param>
    public void EraseLine(int what)
    {
        if (what is 0 or 2)
        {
            Cut(what == 0 ? Column : 0);
        }
        else if (what == 1)
        {
            Blank(0, Column + 1);
        }
    }

    /// <summary>Erases on the screen.</summary>
    /// <param name="what">As for a line; 2 and 3 everything.</param>
    public void EraseScreen(int what)
    {
        if (what is 0)
        {
            EraseLine(0);
            lines.RemoveRange(Row + 1, lines.Count - Row - 1);
            return;
        }

        for (var row = 0; row < (what == 1 ? Row : lines.Count); row++)
        {
            lines[row].Clear();
        }

        EraseLine(what == 1 ? 1 : 2);
    }

    /// <summary>Replaces characters from the cursor on by blanks.</summary>
    public void EraseCharacters(int count) => Blank(Column, Column + count);

    /// <summary>Takes characters out; those to the right move up.</summary>
    public void DeleteCharacters(int count)
    {
        if (Column < Line.Count)
        {
            Line.RemoveRange(Column, Math.Min(count, Line.Count - Column));
        }
    }

    /// <summary>Makes room for characters.</summary>
    public void InsertCharacters(int count)
    {
        if (Column < Line.Count)
        {
            Line.InsertRange(Column, Enumerable.Repeat(new Glyph(" ", TextStyle.Default), Math.Min(count, Width)));
        }
    }

    /// <summary>Takes lines out; those below move up.</summary>
    public void DeleteLines(int count)
    {
        lines.RemoveRange(Row, Math.Min(count, lines.Count - Row));
        MoveTo(Row, 0);
    }

    /// <summary>Makes room for lines.</summary>
    public void InsertLines(int count)
    {
        lines.InsertRange(Row, Enumerable.Range(0, Math.Min(count, Height - Row)).Select(_ => new List<Glyph>()));
        if (lines.Count > Height)
        {
            lines.RemoveRange(Height, lines.Count - Height);
        }

        Column = 0;
    }

    /// <summary>Hands on what is still on the screen.</summary>
    public void Finish() => ScrollTo(0);

    private void ScrollTo(int rows)
    {
        for (; lines.Count > rows; Row--)
        {
            scrolledOff.Add(lines[0]);
            lines.RemoveAt(0);
        }
    }

    // a cursor that was sent beyond the end of a line leaves blanks behind it
    private void Pad()
    {
        while (Line.Count < Column)
        {
            Line.Add(new Glyph(" ", TextStyle.Default));
        }
    }

    private void Set(int column, Glyph glyph)
    {
        if (column == Line.Count)
        {
            Line.Add(glyph);
            return;
        }

        // half of a wide character is none: its other half becomes a blank
        if (glyph.Text.Length > 0 && Line[column].Text.Length == 0 && column > 0)
        {
            Line[column - 1] = Line[column - 1].Text == "\t" ? Line[column - 1] : new Glyph(" ", Line[column - 1].Style);
        }

        if (column + 1 < Line.Count && Line[column + 1].Text.Length == 0 && Line[column].Text.Length > 0)
        {
            Line[column + 1] = new Glyph(" ", Line[column + 1].Style);
        }

        Line[column] = glyph;
    }

    private void Cut(int column)
    {
        if (column < Line.Count)
        {
            Line.RemoveRange(column, Line.Count - column);
        }
    }

    private void Blank(int from, int to)
    {
        for (var column = from; column < Math.Min(to, Line.Count); column++)
        {
            Line[column] = new Glyph(" ", Style);
        }
    }
}
