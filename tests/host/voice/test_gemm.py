"""Convolutions rewritten as matrix products give the same numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper, numpy_helper

from host.voice import gemm


def _model(taps: int, dilation: int, stride: int, group: int, ins: int = 8, outs: int = 12) -> Any:
    random = np.random.default_rng(taps)
    kernel = random.integers(0, 255, (outs, ins // group, taps)).astype(np.uint8)
    reach = (taps - 1) // 2 * dilation
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["q", "scale", "zero"]),
        helper.make_node(
            "ConvInteger", ["q", "w", "zero", "wz"], ["y"], dilations=[dilation],
            pads=[reach, reach], strides=[stride], group=group,
        ),
    ]  # fmt: skip
    constants = [
        numpy_helper.from_array(kernel, "w"),
        numpy_helper.from_array(np.array(131, dtype=np.uint8), "wz"),
    ]
    given = [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, ins, "places"])]
    asked = [helper.make_tensor_value_info("y", onnx.TensorProto.INT32, [1, outs, "n"])]
    graph = helper.make_graph(nodes, "one", given, asked, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def _run(model: Any) -> Any:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    sound = np.random.default_rng(5).standard_normal((1, 8, 50)).astype(np.float32)
    return session.run(None, {"x": sound})[0]


@pytest.mark.skipif(not gemm.fast(), reason="the product overflows without VNNI")
@pytest.mark.parametrize(("taps", "dilation"), [(1, 1), (3, 1), (3, 5), (7, 3), (11, 1)])
def test_the_same_to_the_last_bit(taps: int, dilation: int) -> None:
    model = _model(taps, dilation, 1, 1)
    wanted = _run(model)
    assert gemm.rewrite(model) == 1
    assert [node.op_type for node in model.graph.node].count("ConvInteger") == 0
    onnx.checker.check_model(model)
    assert np.array_equal(_run(model), wanted)


@pytest.mark.parametrize(("stride", "group"), [(2, 1), (1, 2)])
def test_what_does_not_fit_is_left_alone(stride: int, group: int) -> None:
    model = _model(3, 1, stride, group)
    wanted = _run(model)
    assert gemm.rewrite(model) == 0
    assert np.array_equal(_run(model), wanted)
